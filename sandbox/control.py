"""The control API under ``/_sandbox/``, on both ports: what a test or a curious person does to the world from outside.

    GET    log?site=&since=     requests so far          DELETE log
    GET    state                everything, as JSON      PUT    state
    PUT    clock                {"day": "2026-03-02"} or {"now": "2026-03-02T09:00:00+00:00"}
    GET    faults               what is to go wrong      POST   faults      DELETE faults
    POST   act                  {"site": "jira", "do": "transition", "issue": "PAY-1", ...}
    PUT    options              {"jira": {"index_lag": 5}}
    GET    serving              {"latency_ms": 0, "keep_answers": false, "kept": 0}          PUT    serving

Calls here are neither logged nor faulted.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import asdict
from datetime import date, datetime
from typing import Any

from werkzeug.wrappers import Request, Response

from sandbox.base import BadAct, Fault, Site
from sandbox.world import World

PREFIX = "/_sandbox/"


def answer(world: World, request: Request) -> Response:
    call = _CALLS.get((request.method, request.path.removeprefix(PREFIX)))
    if call is None:
        return _json({"error": f"there is no {request.method} {request.path}; see sandbox/control.py"}, 404)
    try:
        return _json(call(world, request))
    except BadAct as error:
        return _json({"error": str(error)}, 400)
    except (LookupError, TypeError, ValueError) as error:
        return _json({"error": f"{type(error).__name__}: {error}"}, 400)
    finally:
        if call in _CHANGING:
            world.answers.forget()


def _json(value: object, status: int = 200) -> Response:
    return Response(json.dumps(value), status, content_type="application/json")


def _body(request: Request) -> dict[str, Any]:
    body = json.loads(request.get_data() or b"{}")
    if not isinstance(body, dict):
        raise BadAct("the body must be a JSON object")
    return body


def _site(world: World, name: object) -> Site:
    site = world.sites.get(name) if isinstance(name, str) else None
    if site is None:
        raise BadAct(f"there is no site {name!r}; there are: {', '.join(world.sites)}")
    return site


def _log(world: World, request: Request) -> object:
    entries = world.log(request.args.get("site", ""), int(request.args.get("since", 0)))
    return [asdict(entry) for entry in entries]


def _clear_log(world: World, request: Request) -> object:
    world.clear_log()
    return {}


def _state(world: World, request: Request) -> object:
    return {name: site.dump() for name, site in world.sites.items()}


def _restore(world: World, request: Request) -> object:
    for site, state in [(_site(world, name), state) for name, state in _body(request).items()]:
        site.restore(state)
    return {}


def _clock(world: World, request: Request) -> object:
    body = _body(request)
    if "day" in body:
        world.clock.set(date.fromisoformat(body["day"]))
    elif "now" in body:
        world.clock.set(datetime.fromisoformat(body["now"]))
    else:
        raise BadAct('the clock is set by {"day": "2026-03-02"} or {"now": "2026-03-02T09:00:00+00:00"}')
    return {"now": world.clock.now().isoformat()}


def _faults(world: World, request: Request) -> object:
    return [asdict(fault) for fault in world.faults]


def _add_faults(world: World, request: Request) -> object:
    body = json.loads(request.get_data())
    for fault in body if isinstance(body, list) else [body]:
        world.add_fault(Fault(**fault))
    return _faults(world, request)


def _clear_faults(world: World, request: Request) -> object:
    world.clear_faults()
    return []


def _act(world: World, request: Request) -> object:
    body = _body(request)
    site, do = _site(world, body.pop("site", None)), body.pop("do", None)
    if not isinstance(do, str):
        raise BadAct("do must name what to do")
    return site.act(do, body)


def _options(world: World, request: Request) -> object:
    for site, options in [(_site(world, name), options) for name, options in _body(request).items()]:
        site.set_options(options)
    return {}


def _serving(world: World, request: Request) -> object:
    answers = world.answers
    return {"latency_ms": world.latency * 1000, "keep_answers": answers.on, "kept": len(answers)}


def _serve(world: World, request: Request) -> object:
    """Latency and whether answers are kept; what is not named stays as it is."""
    body = _body(request)
    latency, keep = body.pop("latency_ms", world.latency * 1000), body.pop("keep_answers", world.answers.on)
    if body:
        raise BadAct(f"serving has no {', '.join(sorted(body))}; it has latency_ms and keep_answers")
    if isinstance(latency, bool) or not isinstance(latency, int | float) or latency < 0:
        raise BadAct(f"latency_ms must be a number of milliseconds, not {latency!r}")
    if not isinstance(keep, bool):
        raise BadAct(f"keep_answers must be true or false, not {keep!r}")
    world.latency, world.answers.on = latency / 1000, keep
    return _serving(world, request)


_CALLS: Mapping[tuple[str, str], Callable[[World, Request], object]] = {
    ("GET", "log"): _log,
    ("DELETE", "log"): _clear_log,
    ("GET", "state"): _state,
    ("PUT", "state"): _restore,
    ("PUT", "clock"): _clock,
    ("GET", "faults"): _faults,
    ("POST", "faults"): _add_faults,
    ("DELETE", "faults"): _clear_faults,
    ("POST", "act"): _act,
    ("PUT", "options"): _options,
    ("GET", "serving"): _serving,
    ("PUT", "serving"): _serve,
}
_CHANGING = (_restore, _clock, _act, _options)
"""What makes answers of before void."""
