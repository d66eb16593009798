-- What wrk sends, by the first argument; the others are named, as name=value. Ids are those of seed.sql. The last line it
-- prints is what was measured, as JSON.

local threads = 0
local head, work, tried

function setup(thread)
    thread:set("number", threads)
    threads = threads + 1
end

local function id(kind, n)
    return string.format("01900000-0000-7000-8000-0%d%010d", kind, n)
end

local works = {}

-- The same request again and again.
function works.same(given)
    local whole = wrk.format(given.method or "GET", given.path, head)
    return function() return whole end
end

-- One record at random, of `kind`, of the `count` after `first`.
function works.point(given)
    local kind, first, count = tonumber(given.kind), tonumber(given.first), tonumber(given.count)
    local around = wrk.format("GET", given.path .. "@@", head)
    local before, after = around:match("^(.-)@@(.*)$")
    return function() return before .. id(kind, first + math.random(count)) .. after end
end

-- A line of the thread's own share of an area, and how often it was moved: each is moved in turn, to and fro.
local function ring(given)
    local share = math.floor(tonumber(given.lines) / given.threads)
    local first, moved = tonumber(given.first) + number * share, 0
    return function(move)
        local line, lap = first + moved % share, math.floor(moved / share)
        if move then moved = moved + 1 end
        return id(4, line), lap
    end
end

local function transition(line, lap)
    local sent = {}
    for name, value in pairs(head) do sent[name] = value end
    sent["If-Match"] = string.format('"v%d"', lap + 1)
    sent["Content-Type"] = "application/json"
    local body = lap % 2 == 0 and '{"action":"depend","dependency":"Home Office"}' or '{"action":"resume"}'
    return wrk.format("POST", "/v1/assignments/" .. line .. "/transitions", sent, body)
end

-- Lines moved on, each with the version that the move before it left.
function works.moves(given)
    local next_line = ring(given)
    return function(counts) return transition(next_line(counts)) end
end

-- Of a hundred requests `writes` move a line; the others read a line or its report as anyone may.
function works.mix(given)
    local next_line, writes, lines = ring(given), tonumber(given.writes), tonumber(given.lines)
    local first, reports = tonumber(given.first), tonumber(given.reports)
    return function(counts)
        local chance = math.random(100)
        if chance <= writes then return transition(next_line(counts)) end
        if chance % 2 == 0 then return wrk.format("GET", "/v1/inspections/" .. id(1, math.random(reports)), {}) end
        return wrk.format("GET", "/v1/assignments/" .. id(4, first + math.random(lines) - 1), {})
    end
end

-- Inspections registered, each with a reference of its own, and a key of its own where `key` is given.
function works.creates(given)
    local made = 0
    return function(counts)
        local name = given.tag .. "-" .. number .. "-" .. made
        if counts then made = made + 1 end
        local sent = { ["Content-Type"] = "application/json" }
        for header, value in pairs(head) do sent[header] = value end
        if given.key then sent["Idempotency-Key"] = name end
        local body = '{"reference":"' .. name .. '","title":"A report to be","kind":"force_specific","scope":"force",'
            .. '"key_findings":"Invented: records are good, follow-up is uneven."}'
        return wrk.format("POST", "/v1/inspections", sent, body)
    end
end

-- Files sent, `size` bytes of text each, to the items of evidence of an area in turn.
function works.uploads(given)
    local first, lines, sent_so_far = tonumber(given.first), tonumber(given.lines), number
    local line = "Invented minutes of a board that met, decided and wrote down what it had decided.\n"
    local text = line:rep(math.ceil(tonumber(given.size) / #line)):sub(1, tonumber(given.size))
    local sent = { ["Content-Type"] = "multipart/form-data; boundary=b-o-u-n-d" }
    for header, value in pairs(head) do sent[header] = value end
    return function(counts)
        local item = first + first % 2 + 2 * (sent_so_far % math.floor(lines / 2 - 1))
        local body = '--b-o-u-n-d\r\nContent-Disposition: form-data; name="file"; filename="minutes.txt"\r\n'
            .. "Content-Type: text/plain\r\n\r\n" .. given.tag .. number .. "-" .. sent_so_far .. "\n" .. text
            .. "\r\n--b-o-u-n-d--\r\n"
        if counts then sent_so_far = sent_so_far + given.threads end
        return wrk.format("POST", "/v1/evidence/" .. id(5, item) .. "/files", sent, body)
    end
end

function init(args)
    local given = {}
    for place = 2, #args do
        local name, value = args[place]:match("^([%w_-]+)=(.*)$")
        given[name] = value
    end
    math.randomseed(1000 * number + tonumber(given.seed or 1))
    head = {}
    if given.token then head["Authorization"] = "Bearer " .. given.token end
    if given.accept_encoding then head["Accept-Encoding"] = given.accept_encoding end
    if given.if_none_match then head["If-None-Match"] = given.if_none_match end
    work = works[args[1]](given)
    -- wrk asks the first thread once for a request that it does not send.
    tried = number > 0
end

function request()
    if tried then return work(true) end
    tried = true
    return work(false)
end

function done(summary, latency, _)
    local errors = summary.errors
    print(string.format(
        '{"requests":%d,"seconds":%.6f,"refused":%d,"broken":%d,"p50":%.3f,"p99":%.3f}',
        summary.requests, summary.duration / 1e6, errors.status,
        errors.connect + errors.read + errors.write + errors.timeout,
        latency:percentile(50) / 1000, latency:percentile(99) / 1000))
end
