"""A double of the Hugging Face Hub: real HTTP, what models, data sets and Spaces use, faults.

It keeps repositories in memory as Git does, commits of whole trees, and knows branches, tags, large
files, tokens and the optimistic lock.
"""

from __future__ import annotations

import asyncio
import base64
import hashlib
import json
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from socket import socket

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route

LARGE = (".parquet", ".safetensors", ".woff2")
TOKEN = "hf_SecretTokenOfTheTests"
Fault = Callable[["Asked"], Response | str | float | None]


@dataclass(frozen=True)
class Asked:
    """A request.

    Its `kind` is info, refs, tree, file, preupload, commit, tag, squash, create, batch, store,
    secrets or variables.
    """

    kind: str
    path: str
    authorization: str | None


@dataclass
class Repository:
    """A repository: trees by commit, what each followed, branches and tags; a Space's settings."""

    private: bool = False
    sdk: str | None = None
    secrets: dict[str, str] = field(default_factory=dict)
    variables: dict[str, str] = field(default_factory=dict)
    trees: dict[str, dict[str, bytes]] = field(default_factory=dict)
    parents: dict[str, str | None] = field(default_factory=dict)
    branches: dict[str, str] = field(default_factory=dict)
    tags: dict[str, str] = field(default_factory=dict)

    def commit(self, tree: dict[str, bytes], branch: str = "main") -> str:
        """Adds a commit of this tree to a branch."""
        parent = self.branches.get(branch)
        essence = repr((parent, len(self.trees), sorted(tree.items())))
        commit = hashlib.sha1(essence.encode()).hexdigest()
        self.trees[commit], self.parents[commit] = dict(tree), parent
        self.branches[branch] = commit
        return commit

    def find(self, revision: str) -> str | None:
        """The commit that a branch, a tag or an id names."""
        named = self.branches.get(revision) or self.tags.get(revision)
        return named or (revision if revision in self.trees else None)

    @property
    def head(self) -> dict[str, bytes]:
        """The tree of the main branch."""
        return self.trees[self.branches["main"]]


@dataclass
class HubDouble:
    """A running double.

    Attributes:
        url: its endpoint.
        repositories: by "owner/name"; a Space by "spaces/owner/name".
        asked: every request.
        fault: asked before everything else; a response of its own, "hang", "drip", "meet" (waits
            for another one who is to meet), seconds to wait, or None.
    """

    url: str
    repositories: dict[str, Repository] = field(default_factory=dict)
    stored: dict[str, bytes] = field(default_factory=dict)
    asked: list[Asked] = field(default_factory=list)
    fault: Fault = lambda asked: None
    closing: asyncio.Event = field(default_factory=asyncio.Event)
    meeting: asyncio.Barrier = field(default_factory=lambda: asyncio.Barrier(2))

    def repository(self, name: str) -> Repository:
        """A repository, made with a first commit if it is not there."""
        if name not in self.repositories:
            made = self.repositories[name] = Repository()
            made.commit({".gitattributes": b"*.parquet filter=lfs\n"})
        return self.repositories[name]

    def kinds(self) -> list[str]:
        """What was asked, in order."""
        return [asked.kind for asked in self.asked]

    async def answer(self, kind: str, request: Request) -> Response:
        """Answers a request, or does what the fault says."""
        asked = Asked(kind, request.url.path, request.headers.get("authorization"))
        self.asked.append(asked)
        body = await request.body()
        fault = self.fault(asked)
        if fault == "hang":
            await self.closing.wait()
        if isinstance(fault, float):
            await asyncio.sleep(fault)
        if fault == "meet":
            await self.meeting.wait()
        if isinstance(fault, Response):
            return fault
        answer = self._answer(kind, request, body)
        if fault == "drip":
            return StreamingResponse(self._drip(answer.body), media_type=answer.media_type)
        return answer

    async def _drip(self, body: bytes | memoryview) -> AsyncIterator[bytes]:
        for byte in bytes(body):
            yield bytes([byte])
            await asyncio.wait([asyncio.create_task(self.closing.wait())], timeout=0.1)

    def _answer(self, kind: str, request: Request, body: bytes) -> Response:
        if kind == "validate":
            return JSONResponse({"errors": [], "warnings": []})
        if kind == "store":
            self.stored[request.path_params["oid"]] = body
            return Response()
        signed = request.headers.get("authorization") == f"Bearer {TOKEN}"
        if kind == "create":
            made = json.loads(body)
            name = f"{made.get('organization') or 'somebody'}/{made['name']}"
            kind = made.get("type", "model")
            name = f"spaces/{name}" if kind == "space" else name
            found = self.repository(name)
            found.private, found.sdk = made.get("visibility") == "private", made.get("sdk")
            prefix = "datasets/" if kind == "dataset" else ""
            return JSONResponse({"url": f"{self.url}/{prefix}{name}"})
        name = f"{request.path_params['owner']}/{request.path_params['name']}"
        name = request.path_params.get("prefix", "") + name.removesuffix(".git")
        found = self.repositories.get(name)
        if found is None or (found.private and not signed):
            return refusal(401 if not signed else 404, "RepoNotFound")
        if kind not in ("info", "refs", "tree", "file") and not signed:
            return refusal(403)
        if kind == "refs":
            return self._refs(found)
        if kind == "batch":
            return self._batch(name, json.loads(body))
        if kind in ("secrets", "variables"):
            asked = json.loads(body)
            kept: dict[str, str] = getattr(found, kind)
            kept[asked["key"]] = asked["value"]
            return JSONResponse({key: {"value": value} for key, value in kept.items()})
        revision = request.path_params.get("revision", "main")
        commit = found.find(revision)
        if commit is None:
            return refusal(404, "RevisionNotFound")
        if kind == "info":
            return self._info(name, commit, found.trees[commit])
        if kind == "tree":
            return JSONResponse(
                [
                    {"type": "file", "path": path, "size": len(content), "oid": blob(path, content)}
                    for path, content in found.trees[commit].items()
                ]
            )
        if kind == "squash":
            tree = found.trees[commit]
            found.trees, found.parents, found.branches = {}, {}, {}
            found.commit(tree)
            return Response()
        if kind == "file":
            content = found.trees[commit].get(request.path_params["path"])
            if content is None:
                return refusal(404, "EntryNotFound")
            headers = {"ETag": f'"{sha(content)}"', "X-Repo-Commit": commit}
            return Response(content, headers=headers)
        if kind == "preupload":
            return self._preupload(json.loads(body), found.trees[commit])
        if kind == "tag":
            tag = json.loads(body)["tag"]
            if tag in found.tags:
                return refusal(409)
            found.tags[tag] = commit
            return Response()
        assert kind == "commit"
        return self._commit(name, found, revision, body)

    def _refs(self, found: Repository) -> Response:
        def told(names: dict[str, str], where: str) -> list[dict[str, str]]:
            return [
                {"name": name, "ref": f"refs/{where}/{name}", "targetCommit": commit}
                for name, commit in names.items()
            ]

        branches, tags = told(found.branches, "heads"), told(found.tags, "tags")
        return JSONResponse({"branches": branches, "tags": tags, "converts": []})

    def _info(self, name: str, commit: str, tree: dict[str, bytes]) -> Response:
        siblings = [
            {"rfilename": path, "size": len(content), "blobId": "0" * 40}
            | (
                {"lfs": {"sha256": sha(content), "size": len(content), "pointerSize": 135}}
                if path.endswith(LARGE)
                else {}
            )
            for path, content in tree.items()
        ]
        return JSONResponse({"id": name, "sha": commit, "tags": [], "siblings": siblings})

    def _preupload(
        self, asked: dict[str, list[dict[str, str]]], tree: dict[str, bytes]
    ) -> Response:
        files = [
            {
                "path": file["path"],
                "uploadMode": "lfs" if file["path"].endswith(LARGE) else "regular",
                "shouldIgnore": False,
                "oid": blob(file["path"], tree[file["path"]]) if file["path"] in tree else None,
            }
            for file in asked["files"]
        ]
        return JSONResponse({"files": files})

    def _batch(self, name: str, asked: dict[str, list[dict[str, object]]]) -> Response:
        objects = [
            one | {"actions": {"upload": {"href": f"{self.url}/store/{one['oid']}"}}}
            if one["oid"] not in self.stored
            else one
            for one in asked["objects"]
        ]
        return JSONResponse({"transfer": "basic", "objects": objects})

    def _commit(self, name: str, found: Repository, branch: str, body: bytes) -> Response:
        if branch not in found.branches:
            return refusal(400)
        lines = [json.loads(line) for line in body.decode().splitlines()]
        (header,) = (line["value"] for line in lines if line["key"] == "header")
        if header.get("parentCommit") not in (None, found.branches[branch]):
            return refusal(412)
        tree = dict(found.trees[found.branches[branch]])
        for line in lines:
            value = line["value"]
            if line["key"] == "file":
                tree[value["path"]] = base64.b64decode(value["content"])
            elif line["key"] == "lfsFile":
                tree[value["path"]] = self.stored[value["oid"]]
            elif line["key"] == "deletedFile":
                del tree[value["path"]]
        commit = found.commit(tree, branch)
        url = f"{self.url}/{name}/commit/{commit}"
        return JSONResponse({"success": True, "commitOid": commit, "commitUrl": url})


def sha(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def blob(path: str, content: bytes) -> str:
    """The id that the Hub has for a file: of a large one the checksum, else that of Git."""
    if path.endswith(LARGE):
        return sha(content)
    return hashlib.sha1(b"blob %d\0" % len(content) + content).hexdigest()


def refusal(status: int, code: str = "", **headers: str) -> Response:
    """An error as the Hub gives it; its body repeats more than a log should."""
    named = {"X-Error-Code": code} if code else {}
    return JSONResponse({"error": f"Authorization: Bearer {TOKEN}"}, status, {**named, **headers})


@contextmanager
def hub_double() -> Iterator[HubDouble]:
    """Runs a double on a free port of the loopback address."""
    listener = socket()
    listener.bind(("127.0.0.1", 0))
    double = HubDouble(f"http://127.0.0.1:{listener.getsockname()[1]}")

    def route(path: str, kind: str, method: str = "GET", prefix: str = "") -> Route:
        async def endpoint(request: Request) -> Response:
            request.path_params["prefix"] = prefix
            return await double.answer(kind, request)

        return Route(path, endpoint, methods=[method])

    spaces = "/api/spaces/{owner}/{name}"
    routes = [
        route(f"{spaces}/revision/{{revision:path}}", "info", prefix="spaces/"),
        route(f"{spaces}/preupload/{{revision:path}}", "preupload", "POST", "spaces/"),
        route(f"{spaces}/commit/{{revision:path}}", "commit", "POST", "spaces/"),
        route(f"{spaces}/secrets", "secrets", "POST", "spaces/"),
        route(f"{spaces}/variables", "variables", "POST", "spaces/"),
        route("/spaces/{owner}/{name}/info/lfs/objects/batch", "batch", "POST", "spaces/"),
        route("/api/repos/create", "create", "POST"),
        route("/api/validate-yaml", "validate", "POST"),
        *(
            one
            for kind in ("models", "datasets")
            for api in (f"/api/{kind}/{{owner}}/{{name}}",)
            for one in (
                route(api, "info"),
                route(f"{api}/revision/{{revision:path}}", "info"),
                route(f"{api}/refs", "refs"),
                route(f"{api}/tree/{{revision:path}}", "tree"),
                route(f"{api}/preupload/{{revision:path}}", "preupload", "POST"),
                route(f"{api}/commit/{{revision:path}}", "commit", "POST"),
                route(f"{api}/tag/{{revision:path}}", "tag", "POST"),
                route(f"{api}/super-squash/{{revision:path}}", "squash", "POST"),
            )
        ),
        route("/datasets/{owner}/{name}/resolve/{revision}/{path:path}", "file"),
        route("/{owner}/{name}/info/lfs/objects/batch", "batch", "POST"),
        route("/store/{oid}", "store", "PUT"),
        route("/{owner}/{name}/resolve/{revision}/{path:path}", "file"),
    ]
    server = uvicorn.Server(
        uvicorn.Config(Starlette(routes=routes), log_level="error", timeout_graceful_shutdown=1)
    )
    loop = asyncio.new_event_loop()

    def run() -> None:
        loop.run_until_complete(server.serve(sockets=[listener]))
        loop.close()

    thread = threading.Thread(target=run, name="hub-double")
    thread.start()
    try:
        yield double
    finally:
        loop.call_soon_threadsafe(double.closing.set)
        server.should_exit = True
        thread.join(20)
        listener.close()
