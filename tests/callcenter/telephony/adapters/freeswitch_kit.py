"""Streams of FreeSWITCH's `callcenter::info` events with known answers.

A line is `seconds action header=value ...`, with short names for the headers; `~` stands for a space.
"""

from collections.abc import Iterator
from typing import Final

SHORT: Final = {
    "queue": "CC-Queue",
    "agent": "CC-Agent",
    "member": "CC-Member-UUID",
    "session": "CC-Member-Session-UUID",
    "number": "CC-Member-CID-Number",
    "cause": "CC-Cause",
    "reason": "CC-Cancel-Reason",
    "hangup": "CC-Hangup-Cause",
    "bridged": "CC-Agent-Bridged",
    "called": "CC-Agent-Called-Time",
    "answered": "CC-Agent-Answered-Time",
    "aborted": "CC-Agent-Aborted-Time",
    "joined": "CC-Member-Joined-Time",
    "state": "CC-Agent-State",
    "status": "CC-Agent-Status",
    "made": "Caller-Channel-Created-Time",
    "channel": "Channel-Call-State",
    "id": "Unique-ID",
    "core": "Core-UUID",
}
COMMON: Final = {"Core-UUID": "core-1"}


def events(stream: str) -> Iterator[dict[str, str]]:
    """Write a stream out as the headers that FreeSWITCH sends."""
    lines = [line.split() for line in stream.splitlines() if line.strip()]
    for number, (at, action, *words) in enumerate(lines, start=1):
        pairs = [word.split("=", 1) for word in words]
        headers = {SHORT[name]: value.replace("~", " ") for name, value in pairs}
        other = action.startswith("CHANNEL")
        yield COMMON | {
            "Event-Name": action if other else "CUSTOM",
            "Event-Sequence": str(number),
            "Event-Date-Timestamp": str(int(float(at) * 1_000_000)),
            **({} if other else {"Event-Subclass": "callcenter::info", "CC-Action": action}),
            **headers,
        }


_ENTERS = "100 member-queue-start queue=tax member=m1 session=s1"
_IS_THERE = "90 agent-status-change agent=ann status=Available"
_ANSWERED = f"""
    {_IS_THERE}
    {_ENTERS}
    104 agent-offering queue=tax agent=ann member=m1 session=s1
    110 bridge-agent-start queue=tax agent=ann called=104 answered=110 joined=100 member=m1 session=s1
    110.2 agent-state-change agent=ann state=In~a~queue~call
"""
_ANSWERED_TOLD = """
    90 agent.logged_in ann
    90 agent.state ann state=available
    100 call.arrived s1/0 tax *
    100 call.queued s1/0 tax
    104 call.offered s1/0 tax agent=ann
    110 call.connected s1/0 tax agent=ann wait=10 ring=6
"""

CASES: Final[dict[str, tuple[str, str]]] = {
    "answered, and told once although its end is reported twice": (
        f"""
        {_ANSWERED}
        150 bridge-agent-end queue=tax agent=ann bridged=true answered=110 joined=100 member=m1 session=s1
        150.1 member-queue-end queue=tax cause=Terminated agent=ann member=m1 session=s1
        150.2 agent-state-change agent=ann state=Waiting
        """,
        f"""
        {_ANSWERED_TOLD}
        150 call.ended s1/0 tax agent=ann talk=40
        150 call.wrapped s1/0 tax agent=ann wrap=0 *
        line 7: nothing new member-queue-end
        line 8: nothing new agent-state-change
        """,
    ),
    "answered, and only the end of the stay in the queue is reported": (
        f"""
        {_ANSWERED}
        150 member-queue-end queue=tax cause=Terminated agent=ann member=m1 session=s1
        151 bridge-agent-end queue=tax agent=ann bridged=true answered=110 joined=100 member=m1 session=s1
        """,
        f"""
        {_ANSWERED_TOLD}
        150 call.ended s1/0 tax agent=ann talk=40
        150 call.wrapped s1/0 tax agent=ann wrap=0 *
        line 7: over bridge-agent-end
        """,
    ),
    "answered, though no state says so": (
        f"""
        {_IS_THERE}
        {_ENTERS}
        110 bridge-agent-start queue=tax agent=ann called=104 answered=110 joined=100 member=m1 session=s1
        150 bridge-agent-end queue=tax agent=ann bridged=true answered=110 joined=100 member=m1 session=s1
        """,
        """
        90 agent.logged_in ann
        90 agent.state ann state=available
        100 call.arrived s1/0 tax *
        100 call.queued s1/0 tax
        110 call.connected s1/0 tax agent=ann wait=10 ring=6
        150 call.ended s1/0 tax agent=ann talk=40
        150 call.wrapped s1/0 tax agent=ann wrap=0 *
        """,
    ),
    "the caller's channel says when he reached the line": (
        "100 member-queue-start queue=tax member=m1 session=s1 made=85500000",
        """
        85.5 call.arrived s1/0 tax *
        100 call.queued s1/0 tax
        """,
    ),
    "picked up, and the caller was gone: no answer, an abandoned call": (
        f"""
        {_IS_THERE}
        {_ENTERS}
        104 agent-offering queue=tax agent=ann member=m1 session=s1
        110 bridge-agent-start queue=tax agent=ann called=104 answered=110 joined=100 member=m1 session=s1
        110.5 CHANNEL_HANGUP id=s1
        110.6 bridge-agent-end queue=tax agent=ann bridged=false joined=100 member=m1 session=s1
        110.7 member-queue-end queue=tax cause=Cancel reason=NONE joined=100 member=m1 session=s1
        """,
        """
        90 agent.logged_in ann
        90 agent.state ann state=available
        100 call.arrived s1/0 tax *
        100 call.queued s1/0 tax
        104 call.offered s1/0 tax agent=ann
        110.6 call.offer_ended s1/0 tax agent=ann reason=caller_hangup
        110.7 call.abandoned s1/0 tax wait=10.7
        """,
    ),
    "picked up, and the agent's line was gone: the call waits on": (
        f"""
        {_IS_THERE}
        {_ENTERS}
        104 agent-offering queue=tax agent=ann member=m1 session=s1
        110 bridge-agent-start queue=tax agent=ann called=104 answered=110 joined=100 member=m1 session=s1
        110.6 bridge-agent-end queue=tax agent=ann bridged=false joined=100 member=m1 session=s1
        """,
        """
        90 agent.logged_in ann
        90 agent.state ann state=available
        100 call.arrived s1/0 tax *
        100 call.queued s1/0 tax
        104 call.offered s1/0 tax agent=ann
        110.6 call.offer_ended s1/0 tax agent=ann reason=failed
        """,
    ),
    "every way in which a ringing agent does not get the call": (
        f"""
        {_IS_THERE}
        {_ENTERS}
        111 bridge-agent-fail queue=tax agent=ann hangup=NO_ANSWER called=101 aborted=111 member=m1 session=s1
        112 bridge-agent-fail queue=tax agent=ann hangup=USER_BUSY called=112 aborted=112 member=m1 session=s1
        113 bridge-agent-fail queue=tax agent=ann hangup=CALL_REJECTED called=9 aborted=9 member=m1 session=s1
        114 bridge-agent-fail queue=tax agent=ann hangup=LOSE_RACE called=113 aborted=114 member=m1 session=s1
        115 bridge-agent-fail queue=tax agent=ann hangup=ORIGINATOR_CANCEL member=m1 session=s1
        116 bridge-agent-fail queue=tax agent=ann hangup=USER_NOT_REGISTERED member=m1 session=s1
        """,
        """
        90 agent.logged_in ann
        90 agent.state ann state=available
        100 call.arrived s1/0 tax *
        100 call.queued s1/0 tax
        111 call.offer_ended s1/0 tax agent=ann reason=no_answer ring=10
        112 call.offer_ended s1/0 tax agent=ann reason=busy ring=0
        113 call.offer_ended s1/0 tax agent=ann reason=rejected ring=0
        114 call.offer_ended s1/0 tax agent=ann reason=answered_elsewhere ring=1
        115 call.offer_ended s1/0 tax agent=ann reason=caller_hangup
        116 call.offer_ended s1/0 tax agent=ann reason=failed
        """,
    ),
    "every way out of the queue": (
        """
        100 member-queue-start queue=tax member=m1 session=s1
        100 member-queue-start queue=tax member=m2 session=s2
        100 member-queue-start queue=tax member=m3 session=s3
        100 member-queue-start queue=tax member=m4 session=s4
        100 member-queue-start queue=tax member=m5 session=s5
        100 member-queue-start queue=tax member=m6 session=s6
        160 member-queue-end queue=tax cause=Cancel reason=TIMEOUT channel=HANGUP member=m1 session=s1
        161 member-queue-end queue=tax cause=Cancel reason=NO_AGENT_TIMEOUT joined=100 member=m2 session=s2
        162 member-queue-end queue=tax cause=Cancel reason=EXIT_WITH_KEY joined=100 member=m3 session=s3
        163 member-queue-end queue=tax cause=Cancel reason=BREAK_OUT joined=100 member=m4 session=s4
        164 member-queue-end queue=tax cause=Cancel reason=BREAK_OUT channel=HANGUP member=m5 session=s5
        165 CHANNEL_HANGUP_COMPLETE id=s6
        165.5 member-queue-end queue=tax cause=Cancel reason=BREAK_OUT channel=ACTIVE member=m6 session=s6
        166 member-queue-end queue=tax cause=Cancel reason=BREAK_OUT member=m6 session=s6
        """,
        """
        100 call.arrived s1/0 tax *
        100 call.queued s1/0 tax
        100 call.arrived s2/0 tax *
        100 call.queued s2/0 tax
        100 call.arrived s3/0 tax *
        100 call.queued s3/0 tax
        100 call.arrived s4/0 tax *
        100 call.queued s4/0 tax
        100 call.arrived s5/0 tax *
        100 call.queued s5/0 tax
        100 call.arrived s6/0 tax *
        100 call.queued s6/0 tax
        160 call.exited s1/0 tax reason=timeout wait=60 detail=TIMEOUT
        161 call.exited s2/0 tax reason=empty wait=61 detail=NO_AGENT_TIMEOUT
        162 call.exited s3/0 tax reason=key wait=62 detail=EXIT_WITH_KEY
        163 call.exited s4/0 tax reason=withdrawn wait=63 detail=BREAK_OUT
        164 call.abandoned s5/0 tax wait=64
        165.5 call.abandoned s6/0 tax wait=65.5
        line 14: nothing new member-queue-end
        """,
    ),
    "hangs up, calls again and has the old place": (
        """
        100 member-queue-start queue=tax member=m1 session=s1
        120 member-queue-end queue=tax cause=Cancel reason=BREAK_OUT channel=HANGUP member=m1 session=s1
        150 member-queue-resume queue=tax member=m1 session=s2
        170 member-queue-end queue=tax cause=Cancel reason=TIMEOUT joined=100 member=m1 session=s2
        180 member-queue-resume queue=tax member=m9 session=s9
        """,
        """
        100 call.arrived s1/0 tax *
        100 call.queued s1/0 tax
        120 call.abandoned s1/0 tax wait=20
        150 call.queued s1/0 tax
        170 call.exited s1/0 tax reason=timeout wait=70 detail=TIMEOUT
        180 call.arrived s9/0 tax *
        180 call.queued s9/0 tax
        """,
    ),
    "one channel, one queue after the other": (
        """
        100 member-queue-start queue=tax member=m1 session=s1
        160 member-queue-end queue=tax cause=Cancel reason=TIMEOUT joined=100 member=m1 session=s1
        161 member-queue-start queue=roads member=m2 session=s1 made=90000000
        """,
        """
        100 call.arrived s1/0 tax *
        100 call.queued s1/0 tax
        160 call.exited s1/0 tax reason=timeout wait=60 detail=TIMEOUT
        161 call.arrived s1/1 roads leg_kind=transfer *
        161 call.queued s1/1 roads
        """,
    ),
    "comes, pauses, goes": (
        """
        100 agent-status-change agent=ann status=Available~(On~Demand)
        150 agent-status-change agent=ann status=Available
        200 agent-status-change agent=ann status=On~Break
        300 agent-status-change agent=ann status=Logged~Out
        310 agent-status-change agent=ann status=On~Strike
        """,
        """
        100 agent.logged_in ann
        100 agent.state ann state=available
        line 2: nothing new agent-status-change
        200 agent.state ann state=break
        300 agent.logged_out ann
        line 5: field agent-status-change
        """,
    ),
    "taken out for not answering": (
        """
        100 agent-status-change agent=ann status=Available
        130 agent-max-no-answer agent=ann member=m1 session=s1
        130 agent-status-change agent=ann status=On~Break
        200 agent-status-change agent=ann status=Available
        """,
        """
        100 agent.logged_in ann
        100 agent.state ann state=available
        130 agent.state ann state=break reason=max-no-answer cause=system
        200 agent.state ann state=available
        """,
    ),
    "begun before we listened": (
        """
        200 agent-offering queue=tax agent=ann member=m1 session=s1
        300 bridge-agent-end queue=tax agent=bob bridged=true answered=240 joined=230 member=m2 session=s2
        400 member-queue-end queue=tax cause=Cancel reason=NONE joined=370 member=m3 session=s3
        """,
        """
        200 call.arrived s1/0 tax *
        200 call.queued s1/0 tax
        200 agent.logged_in ann *
        200 agent.state ann state=available cause=derived *
        200 call.offered s1/0 tax agent=ann
        230 call.arrived s2/0 tax *
        230 call.queued s2/0 tax *
        240 agent.logged_in bob *
        240 agent.state bob state=available cause=derived *
        240 call.connected s2/0 tax agent=bob wait=10 *
        300 call.ended s2/0 tax agent=bob talk=60
        300 call.wrapped s2/0 tax agent=bob wrap=0 *
        370 call.arrived s3/0 tax *
        370 call.queued s3/0 tax *
        400 call.abandoned s3/0 tax wait=30
        """,
    ),
    "FreeSWITCH starts anew: open calls are closed as of the last event before": (
        f"""
        {_ANSWERED}
        130 member-queue-start queue=tax member=m3 session=s3
        9000 agent-status-change agent=ann status=On~Break core=core-2
        """,
        f"""
        {_ANSWERED_TOLD}
        130 call.arrived s3/0 tax *
        130 call.queued s3/0 tax
        130 call.ended s1/0 tax agent=ann by=system talk=20 *
        130 call.wrapped s1/0 tax agent=ann wrap=0 *
        130 call.exited s3/0 tax reason=system wait=0 *
        9000 source.started
        9000 agent.state ann state=break
        """,
    ),
    "an answer not yet bridged is lost with the FreeSWITCH that knew of it": (
        f"""
        {_IS_THERE}
        {_ENTERS}
        110 bridge-agent-start queue=tax agent=ann called=104 answered=110 joined=100 member=m1 session=s1
        200 agent-state-change agent=ann state=In~a~queue~call core=core-2
        """,
        """
        90 agent.logged_in ann
        90 agent.state ann state=available
        100 call.arrived s1/0 tax *
        100 call.queued s1/0 tax
        110 call.exited s1/0 tax reason=system wait=10 *
        200 source.started
        line 4: nothing new agent-state-change
        """,
    ),
    "events that say nothing one could use": (
        """
        100 members-count queue=tax
        101 agent-add agent=ann
        102 agent-contact-change agent=ann
        103 agent-status-get agent=ann
        104 agent-state-change agent=ann state=Receiving
        105 CHANNEL_ANSWER id=s1
        106 CHANNEL_HANGUP id=s77
        107 member-queue-start queue=tax member=m1
        108 bridge-agent-start agent=ann
        """,
        """
        line 1: setting members-count
        line 2: setting agent-add
        line 3: setting agent-contact-change
        line 4: setting agent-status-get
        line 5: nothing new agent-state-change
        line 6: unknown CHANNEL_ANSWER
        line 8: field member-queue-start
        line 9: field bridge-agent-start
        """,
    ),
}
"""Events, and what they must become."""

WRAP_UP: Final[dict[str, tuple[str, str]]] = {
    "ends when the next call is offered, whatever the state says": (
        f"""
        {_ANSWERED}
        150 bridge-agent-end queue=tax agent=ann bridged=true answered=110 joined=100 member=m1 session=s1
        150 agent-state-change agent=ann state=Waiting
        155 member-queue-start queue=tax member=m2 session=s2
        170 agent-offering queue=tax agent=ann member=m2 session=s2
        """,
        f"""
        {_ANSWERED_TOLD}
        150 call.ended s1/0 tax agent=ann talk=40
        line 7: nothing new agent-state-change
        155 call.arrived s2/0 tax *
        155 call.queued s2/0 tax
        170 call.wrapped s1/0 tax agent=ann wrap=20 *
        170 call.offered s2/0 tax agent=ann
        """,
    ),
    "lasts its time": (
        f"""
        {_ANSWERED}
        150 bridge-agent-end queue=tax agent=ann bridged=true answered=110 joined=100 member=m1 session=s1
        200 agent-status-change agent=ann status=On~Break
        """,
        f"""
        {_ANSWERED_TOLD}
        150 call.ended s1/0 tax agent=ann talk=40
        180 call.wrapped s1/0 tax agent=ann wrap=30 *
        200 agent.state ann state=break
        """,
    ),
}
"""The same where after-call work lasts half a minute."""
