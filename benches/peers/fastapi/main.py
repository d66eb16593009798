"""The same API as the documentation of FastAPI and asyncpg suggests to write it: same tables, same responses."""

import os
import uuid
from contextlib import asynccontextmanager
from datetime import datetime, timezone
from typing import Annotated, Literal

import asyncpg
from fastapi import FastAPI, Header, HTTPException, Request
from pydantic import BaseModel


@asynccontextmanager
async def lifespan(app: FastAPI):
    # Two workers share the 16 connections that the other peers have.
    app.state.pool = await asyncpg.create_pool(os.environ["DATABASE_URL"], min_size=8, max_size=8)
    yield
    await app.state.pool.close()


app = FastAPI(lifespan=lifespan)


class Transition(BaseModel):
    action: Literal["depend", "resume"]
    dependency: str | None = None


def recommendation_body(row) -> dict:
    it = dict(row)
    del it["ordinal"]
    it["errata"] = []
    it["target"] = {"kind": it.pop("target_kind"), "text": it.pop("target_text"), "on": it.pop("target_on")}
    it["links"] = {
        "assignments": f"/v1/assignments?recommendation_id={it['id']}",
        "history": f"/v1/recommendations/{it['id']}/history",
        "inspection": f"/v1/inspections/{it['inspection_id']}",
        "self": f"/v1/recommendations/{it['id']}",
    }
    return it


@app.get("/readyz")
async def ready():
    return "ready"


@app.get("/v1/recommendations/{id}")
async def get_recommendation(id: uuid.UUID, request: Request):
    row = await request.app.state.pool.fetchrow("select * from published.recommendations where id = $1", id)
    if row is None:
        raise HTTPException(404)
    return recommendation_body(row)


@app.get("/v1/recommendations")
async def list_recommendations(kind: str, limit: int, request: Request):
    rows = await request.app.state.pool.fetch(
        "select * from published.recommendations where kind = $1 order by inspection_id, ordinal, id limit $2",
        kind, limit + 1)
    following = rows[limit - 1]["id"] if len(rows) > limit else None
    return {"items": [recommendation_body(row) for row in rows[:limit]], "next_cursor": following}


@app.get("/v1/search")
async def search(q: str, limit: int, request: Request):
    rows = await request.app.state.pool.fetch(
        """select id, reference, rank, ts_headline('english', text, query) as highlight
           from (select id, reference, text, query, ts_rank(to_tsvector('english', text), query) as rank
                 from published.recommendations, websearch_to_tsquery('english', $1) as query
                 where to_tsvector('english', text) @@ query
                 order by rank desc, id limit $2) found""", q, limit)
    return {"items": [dict(row) for row in rows]}


@app.post("/v1/assignments/{id}/transitions")
async def transition(id: uuid.UUID, body: Transition, request: Request, if_match: Annotated[str, Header()]):
    async with request.app.state.pool.acquire() as db, db.transaction():
        assignment = await db.fetchrow(
            "select area, force_status, version from record.assignments where id = $1 for update", id)
        if assignment is None:
            raise HTTPException(404)
        if if_match != f'"v{assignment["version"]}"':
            raise HTTPException(412)
        targets = {("depend", "in_progress"): "dependent_on_other", ("resume", "dependent_on_other"): "in_progress"}
        to = targets.get((body.action, assignment["force_status"]))
        if to is None:
            raise HTTPException(409)
        dependency = body.dependency if body.action == "depend" else None
        at, version = datetime.now(timezone.utc), assignment["version"] + 1
        await db.execute(
            """update record.assignments set force_status = $2, dependency = $3, version = version + 1, updated_at = $4
               where id = $1""", id, to, dependency, at)
        await db.execute(
            """insert into bench.events (id, at, area, actor_issuer, actor_subject, actor_roles, resource, resource_id,
                                         version, action, from_state, to_state, request_id)
               values ($1, $2, $3, 'peer', 'peer', '{constabulary}', 'assignment', $4, $5, $6, $7, $8, 'peer')""",
            uuid.uuid4(), at, assignment["area"], id, version, body.action, assignment["force_status"], to)
    return {"id": id, "area": assignment["area"], "force_status": to, "dependency": dependency, "version": version,
            "updated_at": at}
