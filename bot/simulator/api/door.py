"""What every call passes before it is answered: faults on request, path, method, token, capability, quota."""

import json
import time
from collections.abc import Mapping

from flask import Request, Response

from bot.simulator.api.breaking import break_answer, reset
from bot.simulator.api.calls import Answer, Call, Endpoint
from bot.simulator.api.errcodes import Refusal, fresh_rid, text_of
from bot.simulator.api.rids import Refused, Rids
from bot.simulator.exchanges import shortened
from bot.simulator.platform import Platform
from bot.simulator.quotas import OverQuota

MOST_LOGGED = 4000


class Door:
    """Answers the calls of one platform's API by the table of its endpoints."""

    def __init__(self, platform: Platform, endpoints: Mapping[str, Endpoint]) -> None:
        self._platform = platform
        self._endpoints = endpoints
        self._rids = Rids()

    def answer(self, path: str, request: Request) -> Response:
        """The answer to a call of this path, also where it is none; what went over the wire is kept."""
        begun = time.perf_counter()
        seen = _seen(path, request)
        try:
            response = self._with_faults(path, request)
        except ConnectionResetError:
            self._platform.exchanges.called(f"{request.method} {path}", seen, "reset", 0, time.perf_counter() - begun)
            # Not before: whoever sees that it is broken off may look at once at what was kept.
            reset(request.environ)
        took = time.perf_counter() - begun
        is_text = response.mimetype in {"application/json", "text/html", "text/plain"}
        body = response.get_data(as_text=True) if is_text else f"({response.content_length} bytes)"
        self._platform.exchanges.called(f"{request.method} {path}", seen, body, response.status_code, took)
        rid = body.rpartition(" rid: ")[2][:26] if '"errcode"' in body else ""
        if rid:
            caller = request.remote_addr or ""
            kept = shortened(body)
            at = self._platform.clock()
            self._rids.keep(rid, Refused(at, took, shortened(request.full_path), shortened(seen), kept, caller))
        return response

    def _with_faults(self, path: str, request: Request) -> Response:
        fault = self._platform.faults.take(path)
        if fault is None:
            return self._answered(path, request)
        if isinstance(fault.kind, int):
            return _refused(Refusal(fault.kind), path)
        done = self._answered(path, request) if fault.after else None
        broken = break_answer(fault.kind, self._platform.faults)
        return broken or done or self._answered(path, request)

    def _answered(self, path: str, request: Request) -> Response:
        try:
            return _response(self._let_in(path, request))
        except Refusal as refusal:
            return _refused(refusal, path)

    def _let_in(self, path: str, request: Request) -> Answer:
        endpoint = self._endpoints.get(path)
        if endpoint is None:
            raise Refusal(40066)
        if request.method != endpoint.method:
            raise Refusal(43001 if endpoint.method == "GET" else 43002)
        if endpoint.needs_token:
            self._check_token(request)
        if path in self._platform.lacks:
            raise Refusal(48001)
        try:
            self._platform.quotas.spend(path)
        except OverQuota as over:
            raise Refusal(over.errcode) from None
        return endpoint.does(Call(self._platform, request, path, self._rids))

    def _check_token(self, request: Request) -> None:
        token = request.args.get("access_token", "")
        if not token:
            raise Refusal(41001)
        fault = self._platform.tokens.fault_of(token)
        if fault:
            raise Refusal(fault)


def _response(answer: Answer) -> Response:
    if isinstance(answer, Response):
        return answer
    return Response(json.dumps(answer, ensure_ascii=False), content_type="application/json; encoding=utf-8")


def _refused(refusal: Refusal, path: str) -> Response:
    message = text_of(refusal, fresh_rid(), is_sns=path.startswith("/sns/"))
    return _response({"errcode": refusal.errcode, "errmsg": message, **refusal.more})


def _seen(path: str, request: Request) -> str:
    """The request as a developer reads it; files are only counted."""
    query = request.query_string.decode("ascii", "replace")
    head = f"{request.method} {path}{'?' + query if query else ''}"
    if request.mimetype == "multipart/form-data":
        return f"{head}\n\n({request.content_length} bytes)"
    body = request.get_data(as_text=True)
    return f"{head}\n\n{body[:MOST_LOGGED]}" if body else head
