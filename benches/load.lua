-- Makes the requests of wrk. The first argument names the workload; the others are its options, as name=value. Ids are
-- those of seed.sql. The last line that the script prints is the result as JSON.

local threads = 0
local headers, next_request, is_probed

function setup(thread)
    thread:set("number", threads)
    threads = threads + 1
end

local function id(kind, n)
    return string.format("01900000-0000-7000-8000-0%d%010d", kind, n)
end

local workloads = {}

-- The same request every time.
function workloads.same(options)
    local request = wrk.format(options.method or "GET", options.path, headers)
    return function() return request end
end

-- A random record of `kind`: one of the `count` records after number `first`.
function workloads.point(options)
    local kind, first, count = tonumber(options.kind), tonumber(options.first), tonumber(options.count)
    local request = wrk.format("GET", options.path .. "@@", headers)
    local before, after = request:match("^(.-)@@(.*)$")
    return function() return before .. id(kind, first + math.random(count)) .. after end
end

-- Returns a function that gives the next assignment of this thread's share of an area, and how often it has changed its
-- state. Assignments take turns, and each goes back and forth between two states.
local function assignments_in_turn(options)
    local share = math.floor(tonumber(options.count) / options.threads)
    local first, done = tonumber(options.first) + number * share, 0
    return function(counts)
        local assignment, lap = first + done % share, math.floor(done / share)
        if counts then done = done + 1 end
        return id(4, assignment), lap
    end
end

local function transition(assignment, lap)
    local all = {}
    for name, value in pairs(headers) do all[name] = value end
    all["If-Match"] = string.format('"v%d"', lap + 1)
    all["Content-Type"] = "application/json"
    local body = lap % 2 == 0 and '{"action":"depend","dependency":"Home Office"}' or '{"action":"resume"}'
    return wrk.format("POST", "/v1/assignments/" .. assignment .. "/transitions", all, body)
end

-- Transitions of assignments, each with the version that the transition before it wrote.
function workloads.transitions(options)
    local next_assignment = assignments_in_turn(options)
    return function(counts) return transition(next_assignment(counts)) end
end

-- A mix: `writes` percent of the requests are transitions; the others read a report or an assignment without a token.
function workloads.mix(options)
    local next_assignment, writes = assignments_in_turn(options), tonumber(options.writes)
    local first, count, reports = tonumber(options.first), tonumber(options.count), tonumber(options.reports)
    return function(counts)
        local chance = math.random(100)
        if chance <= writes then return transition(next_assignment(counts)) end
        if chance % 2 == 0 then return wrk.format("GET", "/v1/inspections/" .. id(1, math.random(reports)), {}) end
        return wrk.format("GET", "/v1/assignments/" .. id(4, first + math.random(count) - 1), {})
    end
end

-- Registrations of inspections, each with a new reference. With `key`, each has a new Idempotency-Key.
function workloads.registrations(options)
    local created = 0
    return function(counts)
        local name = options.tag .. "-" .. number .. "-" .. created
        if counts then created = created + 1 end
        local all = { ["Content-Type"] = "application/json" }
        for header, value in pairs(headers) do all[header] = value end
        if options.key then all["Idempotency-Key"] = name end
        local body = '{"reference":"' .. name .. '","title":"A report to come","kind":"force_specific","scope":"force",'
            .. '"key_findings":"Invented: forces record well but follow up unevenly."}'
        return wrk.format("POST", "/v1/inspections", all, body)
    end
end

-- Uploads of files of `size` bytes of text, to the items of evidence of an area in turn.
function workloads.uploads(options)
    local first, count, uploaded = tonumber(options.first), tonumber(options.count), number
    local line = "Invented minutes of a board that met, decided and wrote down what it had decided.\n"
    local text = line:rep(math.ceil(tonumber(options.size) / #line)):sub(1, tonumber(options.size))
    local all = { ["Content-Type"] = "multipart/form-data; boundary=b-o-u-n-d" }
    for header, value in pairs(headers) do all[header] = value end
    return function(counts)
        local item = first + first % 2 + 2 * (uploaded % math.floor(count / 2 - 1))
        local body = '--b-o-u-n-d\r\nContent-Disposition: form-data; name="file"; filename="minutes.txt"\r\n'
            .. "Content-Type: text/plain\r\n\r\n" .. options.tag .. number .. "-" .. uploaded .. "\n" .. text
            .. "\r\n--b-o-u-n-d--\r\n"
        if counts then uploaded = uploaded + options.threads end
        return wrk.format("POST", "/v1/evidence/" .. id(5, item) .. "/files", all, body)
    end
end

function init(args)
    local options = {}
    for n = 2, #args do
        local name, value = args[n]:match("^([%w_-]+)=(.*)$")
        options[name] = value
    end
    math.randomseed(1000 * number + tonumber(options.seed or 1))
    headers = {}
    if options.token then headers["Authorization"] = "Bearer " .. options.token end
    if options.accept_encoding then headers["Accept-Encoding"] = options.accept_encoding end
    if options.if_none_match then headers["If-None-Match"] = options.if_none_match end
    next_request = workloads[args[1]](options)
    -- wrk asks the first thread for one request that it does not send.
    is_probed = number > 0
end

function request()
    if is_probed then return next_request(true) end
    is_probed = true
    return next_request(false)
end

function done(summary, latency, _)
    local errors = summary.errors
    print(string.format(
        '{"requests":%d,"seconds":%.6f,"refused":%d,"broken":%d,"p50":%.3f,"p99":%.3f}',
        summary.requests, summary.duration / 1e6, errors.status,
        errors.connect + errors.read + errors.write + errors.timeout,
        latency:percentile(50) / 1000, latency:percentile(99) / 1000))
end
