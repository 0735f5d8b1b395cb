"""The operations of the HTTP API, version 1; `/v1/openapi.json` describes them.

A call that changes something becomes a `command` event, as it would have come over MQTT; nothing
here touches the ward.
"""

from typing import Annotated, Final

from fastapi import APIRouter, Depends, FastAPI, Query, Response
from fastapi import Request as Call
from fastapi.security import HTTPBearer
from starlette.exceptions import HTTPException

from monitord import __version__
from monitord.adapters.web.answers import add_answers
from monitord.adapters.web.desk import Decided, Desk, Document, NotNow, Request
from monitord.adapters.web.documents import (
    Alert,
    AlertId,
    Alerts,
    Ask,
    AskDrill,
    AskUntil,
    Done,
    DrillReport,
    History,
    PatientId,
    Patients,
    State,
    Ward,
)
from monitord.adapters.web.feed import Feed
from monitord.adapters.web.guarded import Guard, caller_of, guarded_by, needs
from monitord.adapters.web.live import add_live
from monitord.adapters.web.problems import Problem, answer_http, problems
from monitord.adapters.web.signatures import Signers
from monitord.adapters.web.tokens import Role
from monitord.domain.alerts import Priority

# Refusals of the ward by their status; any other is of what was asked.
_STATUS: Final = {
    "no_such_alert": 404,
    "no_such_rule": 404,
    "unknown_patient": 404,
    "not_raised_yet": 409,
    "condition_still_true": 409,
    "nothing_to_silence": 409,
    "not_silenced": 409,
    "given_before": 409,
    "inbox_full": 503,
}


def make_api(desk: Desk, guard: Guard, signers: Signers, feed: Feed) -> FastAPI:
    """Return the application that answers below `/v1`."""
    api = FastAPI(
        title="monitord",
        version=__version__,
        description="Who is watched, which alerts are open, and answers to them.",
        openapi_url="/v1/openapi.json",
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        telemetry={"tracing": False, "metrics": False, "logs": False, "auto_configure": False},
        exception_handlers={HTTPException: answer_http},
    )
    # Only for the description: the guard has looked before.
    scheme = HTTPBearer(auto_error=False, description="See `monitord token`")
    router = APIRouter(
        prefix="/v1",
        route_class=guarded_by(guard),
        dependencies=[Depends(scheme)],
    )
    _add_reading(router, desk)
    _add_answering(router, desk)
    _add_drills(router, desk)
    add_live(router, feed)
    api.include_router(router)
    add_answers(api, desk, guard, signers)
    return api


def _add_reading(router: APIRouter, desk: Desk) -> None:
    read = needs(Role.READ)

    @router.get("/patients", responses=problems(401, 403), openapi_extra=read)
    async def list_patients() -> Patients:
        """Everybody who is watched, sorted by name."""
        return Patients.model_validate({"patients": desk.patients()})

    @router.get("/patients/{patient}", responses=problems(401, 403, 404, 422), openapi_extra=read)
    async def read_patient(patient: PatientId) -> State:
        """What is known of a patient now: grades, what is missing, the age of each signal."""
        found = desk.state(patient)
        if found is None:
            told = f"found no patient {patient}, expected one of /v1/patients"
            raise Problem(404, "unknown_patient", told)
        return State.model_validate(found)

    @router.get("/alerts", responses=problems(401, 403, 422), openapi_extra=read)
    async def list_alerts(
        patient: Annotated[PatientId | None, Query()] = None,
        ward: Annotated[Ward | None, Query()] = None,
        priority: Annotated[Priority | None, Query()] = None,
    ) -> Alerts:
        """The alerts that are open: of all patients, or of those who are asked for."""
        wanted = {"patient": patient, "ward": ward, "priority": priority}
        found = [
            one
            for one in desk.alerts()
            if all(value is None or one[key] == value for key, value in wanted.items())
        ]
        return Alerts.model_validate({"alerts": found})

    @router.get("/alerts/{alert}", responses=problems(401, 403, 404, 422), openapi_extra=read)
    async def read_alert(alert: AlertId) -> Alert:
        """An alert as it stands, or as it ended."""
        return Alert.model_validate(_known(desk, alert))

    @router.get(
        "/alerts/{alert}/history", responses=problems(401, 403, 404, 422, 503), openapi_extra=read
    )
    async def read_history(alert: AlertId) -> History:
        """How an alert changed, who was told of it over which channel, and who answered."""
        _known(desk, alert)
        return History.model_validate(await desk.history(alert))


def _add_answering(router: APIRouter, desk: Desk) -> None:
    nurse = needs(Role.NURSE)
    told = problems(401, 403, 404, 409, 411, 413, 422, 503)
    told[202] = {"model": Done, "description": "Taken; no tick came in time"}

    async def put(
        action: str, alert: str, ask: Ask, call: Call, response: Response, until: str | None = None
    ) -> Done:
        by = caller_of(call).name
        decided = await desk.ask(Request(action, alert, by, ask.reason, until, ask.id))
        if decided.is_refused:
            raise Problem(_STATUS.get(decided.outcome, 422), decided.outcome, decided.detail)
        return _done(decided, response)

    @router.post("/alerts/{alert}/acknowledge", responses=told, openapi_extra=nurse)
    async def acknowledge(alert: AlertId, ask: AskUntil, call: Call, response: Response) -> Done:
        """Say that somebody has it: nobody else is called, until `until` or as long as it may."""
        return await put("acknowledge", alert, ask, call, response, _text(ask))

    @router.post("/alerts/{alert}/silence", responses=told, openapi_extra=nurse)
    async def silence(alert: AlertId, ask: AskUntil, call: Call, response: Response) -> Done:
        """Let an alert call nobody until `until`, or as long as its priority allows."""
        return await put("silence", alert, ask, call, response, _text(ask))

    @router.post("/alerts/{alert}/unsilence", responses=told, openapi_extra=nurse)
    async def unsilence(alert: AlertId, ask: Ask, call: Call, response: Response) -> Done:
        """End a silence before its time."""
        return await put("unsilence", alert, ask, call, response)

    @router.post("/alerts/{alert}/resolve", responses=told, openapi_extra=nurse)
    async def resolve(alert: AlertId, ask: Ask, call: Call, response: Response) -> Done:
        """End an alert whose condition is over or not known any more."""
        return await put("resolve", alert, ask, call, response)


def _add_drills(router: APIRouter, desk: Desk) -> None:
    operator = needs(Role.OPERATOR)
    told = problems(401, 403, 404, 409, 411, 413, 422)

    @router.post("/drills", status_code=201, responses=told, openapi_extra=operator)
    async def begin_drill(ask: AskDrill, call: Call) -> DrillReport:
        """Call over every step and channel of a ward's chains, marked as a drill."""
        call.state.asked = {"ward": ask.ward}
        try:
            return DrillReport.model_validate(desk.begin_drill(ask.ward))
        except NotNow as problem:
            status = 404 if problem.reason == "no_such_ward" else 409
            raise Problem(status, problem.reason, str(problem)) from problem

    answers = problems(401, 403, 404, 422, 503)

    @router.get("/drills/{drill}", responses=answers, openapi_extra=operator)
    async def read_drill(drill: AlertId) -> DrillReport:
        """How far each call of a drill got, and how long that took."""
        found = await desk.drill(drill)
        if found is None:
            told = f"found no drill {drill}, expected one of the last thirty days"
            raise Problem(404, "no_such_drill", told)
        return DrillReport.model_validate(found)


def _known(desk: Desk, alert: str) -> Document:
    found = desk.alert(alert)
    if found is None:
        told = f"found no alert {alert}, expected one of /v1/alerts or one that ended lately"
        raise Problem(404, "no_such_alert", told)
    return found


def _done(decided: Decided, response: Response) -> Done:
    if decided.outcome == "pending":
        response.status_code = 202
    return Done.model_validate({"outcome": decided.outcome, "alert": decided.alert})


def _text(ask: AskUntil) -> str | None:
    return None if ask.until is None else ask.until.isoformat()
