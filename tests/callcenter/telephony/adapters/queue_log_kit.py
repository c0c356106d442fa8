"""Streams of an Asterisk queue log with known answers: what any reader of one must make of each line."""

from typing import Final

from tests.callcenter.telephony.adapters.queue_log_calls import CALLS

CASES: Final[dict[str, tuple[str, str]]] = CALLS | {
    "begun before the file": (
        """
        200|c.1|tax|ann|CONNECT|25|c.2|4
        300|c.3|tax|bob|COMPLETEAGENT|10|60|1
        400|c.5|tax|NONE|ABANDON|1|1|33
        500|c.6|tax|NONE|EXITWITHTIMEOUT|1|1|60
        """,
        """
        175 call.arrived c.1/0 tax *
        175 call.queued c.1/0 tax *
        200 agent.logged_in ann *
        200 agent.state ann state=available cause=derived *
        200 call.connected c.1/0 tax agent=ann wait=25 ring=4
        230 call.arrived c.3/0 tax *
        230 call.queued c.3/0 tax *
        240 agent.logged_in bob *
        240 agent.state bob state=available cause=derived *
        240 call.connected c.3/0 tax agent=bob wait=10 *
        300 call.ended c.3/0 tax agent=bob by=agent talk=60
        300 call.wrapped c.3/0 tax agent=bob wrap=0 *
        367 call.arrived c.5/0 tax *
        367 call.queued c.5/0 tax *
        400 call.abandoned c.5/0 tax wait=33
        440 call.arrived c.6/0 tax *
        440 call.queued c.6/0 tax *
        500 call.exited c.6/0 tax reason=timeout wait=60
        """,
    ),
    "Asterisk starts anew: open calls are closed as of the last line before": (
        """
        90|NONE|tax|ann|ADDMEMBER|
        100|c.1|tax|NONE|ENTERQUEUE|||1
        110|c.1|tax|ann|CONNECT|10|c.2|4
        150|c.3|tax|NONE|ENTERQUEUE|||1
        9000|NONE|NONE|NONE|QUEUESTART|
        9100|c.1|tax|ann|COMPLETECALLER|10|8990|1
        """,
        """
        90 agent.logged_in ann
        90 agent.state ann state=available
        100 call.arrived c.1/0 tax *
        100 call.queued c.1/0 tax position=1
        110 call.connected c.1/0 tax agent=ann wait=10 ring=4
        150 call.arrived c.3/0 tax *
        150 call.queued c.3/0 tax position=1
        150 call.ended c.1/0 tax agent=ann by=system talk=40 *
        150 call.wrapped c.1/0 tax agent=ann wrap=0 *
        150 call.exited c.3/0 tax reason=system wait=0 *
        9000 source.started
        line 6: over COMPLETECALLER
        """,
    ),
    "the logger reloads, and calls live on": (
        """
        100|c.1|tax|NONE|ENTERQUEUE|||1
        105|NONE|NONE|NONE|CONFIGRELOAD|
        109|c.1|tax|NONE|ABANDON|1|1|9
        """,
        """
        100 call.arrived c.1/0 tax *
        100 call.queued c.1/0 tax position=1
        105 source.reconfigured detail=CONFIGRELOAD
        109 call.abandoned c.1/0 tax wait=9
        """,
    ),
    "settings of an agent": (
        """
        100|NONE|tax|SIP/7|PENALTY|3
        101|NONE|tax|SIP/7|RINGINUSE|0
        """,
        """
        100 source.reconfigured detail=PENALTY_tax_SIP/7_3
        101 source.reconfigured detail=RINGINUSE_tax_SIP/7_0
        """,
    ),
    "logs in and out, queue by queue": (
        """
        100|MANAGER|tax|ann|ADDMEMBER|
        100|MANAGER|roads|ann|ADDMEMBER|
        500|CLI|tax|ann|REMOVEMEMBER|
        501|REALTIME|roads|ann|REMOVEMEMBER|
        600|MANAGER|tax|bob|ADDMEMBER|PAUSED
        """,
        """
        100 agent.logged_in ann
        100 agent.state ann state=available
        line 2: nothing new ADDMEMBER
        line 3: nothing new REMOVEMEMBER
        501 agent.logged_out ann
        600 agent.logged_in bob
        600 agent.state bob state=away
        """,
    ),
    "logs in and out by the agents' own application": (
        """
        100|a.1|NONE|ann|AGENTLOGIN|SIP/7-1
        900|a.1|NONE|ann|AGENTLOGOFF|SIP/7-1|800
        """,
        """
        100 agent.logged_in ann
        100 agent.state ann state=available
        900 agent.logged_out ann
        """,
    ),
    "rings once more after the agent has gone": (
        """
        100|MANAGER|tax|ann|ADDMEMBER|
        105|c.1|tax|NONE|ENTERQUEUE|||1
        110|MANAGER|tax|ann|REMOVEMEMBER|
        112|c.1|tax|ann|RINGNOANSWER|7000
        """,
        """
        100 agent.logged_in ann
        100 agent.state ann state=available
        105 call.arrived c.1/0 tax *
        105 call.queued c.1/0 tax position=1
        110 agent.logged_out ann
        112 call.offer_ended c.1/0 tax agent=ann reason=no_answer ring=7
        """,
    ),
    "a pause in every queue is told once, and its echoes are not": (
        """
        100|MANAGER|tax|ann|ADDMEMBER|
        100|MANAGER|roads|ann|ADDMEMBER|
        200|NONE|NONE|ann|PAUSEALL|Lunch
        200|NONE|tax|ann|PAUSE|Lunch
        200|NONE|roads|ann|PAUSE|Lunch
        300|NONE|NONE|ann|UNPAUSEALL|
        300|NONE|tax|ann|UNPAUSE|
        300|NONE|roads|ann|UNPAUSE|
        """,
        """
        100 agent.logged_in ann
        100 agent.state ann state=available
        line 2: nothing new ADDMEMBER
        200 agent.state ann state=lunch reason=Lunch
        line 4: nothing new PAUSE
        line 5: nothing new PAUSE
        300 agent.state ann state=available
        line 7: nothing new UNPAUSE
        line 8: nothing new UNPAUSE
        """,
    ),
    "paused in one queue of two, an agent still takes calls": (
        """
        100|MANAGER|tax|ann|ADDMEMBER|
        100|MANAGER|roads|ann|ADDMEMBER|
        200|NONE|tax|ann|PAUSE|form|A or B
        201|NONE|roads|ann|PAUSE|form|A or B
        300|NONE|roads|ann|UNPAUSE|
        """,
        """
        100 agent.logged_in ann
        100 agent.state ann state=available
        line 2: nothing new ADDMEMBER
        line 3: nothing new PAUSE
        201 agent.state ann state=away reason=form|A_or_B
        300 agent.state ann state=available
        """,
    ),
    "a login that names no queue does not keep a paused agent in": (
        """
        100|a.1|NONE|ann|AGENTLOGIN|SIP/7-1
        101|a.1|tax|ann|ADDMEMBER|
        200|NONE|tax|ann|PAUSE|Lunch
        """,
        """
        100 agent.logged_in ann
        100 agent.state ann state=available
        line 2: nothing new ADDMEMBER
        200 agent.state ann state=lunch reason=Lunch
        """,
    ),
    "a pause in every queue is no queue of its own": (
        """
        100|MANAGER|tax|ann|ADDMEMBER|
        200|NONE|NONE|ann|PAUSEALL|Lunch
        300|MANAGER|tax|ann|REMOVEMEMBER|
        """,
        """
        100 agent.logged_in ann
        100 agent.state ann state=available
        200 agent.state ann state=lunch reason=Lunch
        300 agent.logged_out ann
        """,
    ),
    "only the reason of a pause changes": (
        """
        100|MANAGER|tax|ann|ADDMEMBER|
        200|NONE|tax|ann|PAUSE|휴식
        260|NONE|tax|ann|UNPAUSE|Auto-Unpause
        260|NONE|tax|ann|PAUSE|교육
        """,
        """
        100 agent.logged_in ann
        100 agent.state ann state=available
        200 agent.state ann state=break reason=휴식
        line 3: nothing new UNPAUSE
        260 agent.state ann state=training reason=교육
        """,
    ),
    "the switch pauses who does not answer": (
        """
        100|MANAGER|tax|ann|ADDMEMBER|
        200|NONE|tax|ann|PAUSE|Auto-Pause
        """,
        """
        100 agent.logged_in ann
        100 agent.state ann state=available
        200 agent.state ann state=away reason=Auto-Pause cause=system
        """,
    ),
    "outbound, reached and not reached": (
        """
        90|NONE|tax|ann|ADDMEMBER|
        200|o.1|tax|ann|OUTCALL|ANSWER|60|0212345678
        300|o.2|tax|ann|OUTCALL|NOANSWER||0212345678
        """,
        """
        90 agent.logged_in ann
        90 agent.state ann state=available
        140 call.dialled o.1/0 tax *
        140 call.connected o.1/0 tax agent=ann *
        200 call.ended o.1/0 tax agent=ann talk=60
        200 call.wrapped o.1/0 tax agent=ann wrap=0 *
        300 call.dialled o.2/0 tax *
        300 call.exited o.2/0 tax reason=not_reached agent=ann detail=NOANSWER
        """,
    ),
    "lines that say nothing one could use": (
        """
        not a line
        x|c.1|tax|NONE|ENTERQUEUE|||1
        100|c.1|NONE|NONE|DID|0215771000
        101|c.2|tax|ann|CONNECT|soon|c.3|1
        102|c.2|tax|ann|BLINDTRANSFER|700
        """,
        """
        line 1: malformed
        line 2: malformed
        line 3: unknown DID
        line 4: field CONNECT
        line 5: field BLINDTRANSFER
        """,
    ),
    "the clock goes back": (
        """
        90|NONE|tax|ann|ADDMEMBER|
        200|c.1|tax|NONE|ENTERQUEUE|||1
        140|c.1|tax|ann|CONNECT|-60|c.2|-61
        150|c.1|tax|ann|COMPLETECALLER|-60|10|1
        """,
        """
        90 agent.logged_in ann
        90 agent.state ann state=available
        200 call.arrived c.1/0 tax *
        200 call.queued c.1/0 tax position=1
        line 3: backwards CONNECT
        140 call.connected c.1/0 tax agent=ann wait=0 ring=0
        line 3: negative CONNECT
        line 3: negative CONNECT
        150 call.ended c.1/0 tax agent=ann by=caller talk=10
        150 call.wrapped c.1/0 tax agent=ann wrap=0 *
        line 4: negative COMPLETECALLER
        """,
    ),
    "told twice": (
        """
        90|NONE|tax|ann|ADDMEMBER|
        100|c.1|tax|NONE|ENTERQUEUE|||1
        110|c.1|tax|ann|CONNECT|10|c.2|4
        111|c.1|tax|ann|CONNECT|11|c.2|4
        150|c.1|tax|ann|BLINDTRANSFER|700|default|10|40|1
        150|c.1|tax|ann|COMPLETEAGENT|10|40|1
        151|c.1|tax|NONE|ABANDON|1|1|51
        152|c.1|tax|NONE|EXITEMPTY|1|1|52
        153|c.1|tax|ann|ATTENDEDTRANSFER|APP|Queue|10|43|1
        154|c.1|tax|ann|SYSCOMPAT|
        """,
        """
        90 agent.logged_in ann
        90 agent.state ann state=available
        100 call.arrived c.1/0 tax *
        100 call.queued c.1/0 tax position=1
        110 call.connected c.1/0 tax agent=ann wait=10 ring=4
        line 4: over CONNECT
        150 call.transferred c.1/0 tax agent=ann manner=blind target=700|default
        150 call.ended c.1/0 tax agent=ann by=transfer talk=40
        150 call.wrapped c.1/0 tax agent=ann wrap=0 *
        line 6: over COMPLETEAGENT
        line 7: over ABANDON
        line 8: over EXITEMPTY
        line 9: over ATTENDEDTRANSFER
        line 10: over SYSCOMPAT
        """,
    ),
}
"""Log lines, and the events (or remarks) they must become."""

WRAP_UP: Final[dict[str, tuple[str, str]]] = {
    "lasts its time, which other lines let pass": (
        """
        90|NONE|tax|ann|ADDMEMBER|
        100|c.1|tax|ann|CONNECT|0|c.2|0
        140|c.1|tax|ann|COMPLETECALLER|0|40|1
        155|c.3|tax|NONE|ENTERQUEUE|||1
        175|c.3|tax|NONE|ABANDON|1|1|20
        """,
        """
        90 agent.logged_in ann
        90 agent.state ann state=available
        100 call.arrived c.1/0 tax *
        100 call.queued c.1/0 tax *
        100 call.connected c.1/0 tax agent=ann wait=0 ring=0
        140 call.ended c.1/0 tax agent=ann by=caller talk=40
        155 call.arrived c.3/0 tax *
        155 call.queued c.3/0 tax position=1
        170 call.wrapped c.1/0 tax agent=ann wrap=30 *
        175 call.abandoned c.3/0 tax wait=20
        """,
    ),
    "ends when the agent takes a call": (
        """
        90|NONE|tax|ann|ADDMEMBER|
        100|c.1|tax|ann|CONNECT|0|c.2|0
        140|c.1|tax|ann|COMPLETECALLER|0|40|1
        150|c.3|tax|ann|CONNECT|0|c.4|0
        """,
        """
        90 agent.logged_in ann
        90 agent.state ann state=available
        100 call.arrived c.1/0 tax *
        100 call.queued c.1/0 tax *
        100 call.connected c.1/0 tax agent=ann wait=0 ring=0
        140 call.ended c.1/0 tax agent=ann by=caller talk=40
        150 call.arrived c.3/0 tax *
        150 call.queued c.3/0 tax *
        150 call.wrapped c.1/0 tax agent=ann wrap=10 *
        150 call.connected c.3/0 tax agent=ann wait=0 ring=0
        """,
    ),
    "ends when another talk of the agent does": (
        """
        90|NONE|tax|ann|ADDMEMBER|
        100|c.1|tax|ann|CONNECT|0|c.2|0
        105|c.3|tax|ann|CONNECT|0|c.4|0
        140|c.1|tax|ann|COMPLETECALLER|0|40|1
        150|c.3|tax|ann|COMPLETECALLER|0|45|1
        190|NONE|NONE|NONE|CONFIGRELOAD|
        """,
        """
        90 agent.logged_in ann
        90 agent.state ann state=available
        100 call.arrived c.1/0 tax *
        100 call.queued c.1/0 tax *
        100 call.connected c.1/0 tax agent=ann wait=0 ring=0
        105 call.arrived c.3/0 tax *
        105 call.queued c.3/0 tax *
        105 call.connected c.3/0 tax agent=ann wait=0 ring=0
        140 call.ended c.1/0 tax agent=ann by=caller talk=40
        150 call.wrapped c.1/0 tax agent=ann wrap=10 *
        150 call.ended c.3/0 tax agent=ann by=caller talk=45
        180 call.wrapped c.3/0 tax agent=ann wrap=30 *
        190 source.reconfigured detail=CONFIGRELOAD
        """,
    ),
    "ends when the agent pauses or goes on": (
        """
        90|NONE|tax|ann|ADDMEMBER|
        100|c.1|tax|ann|CONNECT|0|c.2|0
        140|c.1|tax|ann|COMPLETECALLER|0|40|1
        145|NONE|tax|ann|PAUSE|lunch
        200|c.3|tax|ann|CONNECT|0|c.4|0
        240|c.3|tax|ann|COMPLETECALLER|0|40|1
        245|NONE|tax|ann|UNPAUSE|
        """,
        """
        90 agent.logged_in ann
        90 agent.state ann state=available
        100 call.arrived c.1/0 tax *
        100 call.queued c.1/0 tax *
        100 call.connected c.1/0 tax agent=ann wait=0 ring=0
        140 call.ended c.1/0 tax agent=ann by=caller talk=40
        145 call.wrapped c.1/0 tax agent=ann wrap=5 *
        145 agent.state ann state=lunch reason=lunch
        200 call.arrived c.3/0 tax *
        200 call.queued c.3/0 tax *
        200 call.connected c.3/0 tax agent=ann wait=0 ring=0
        240 call.ended c.3/0 tax agent=ann by=caller talk=40
        245 call.wrapped c.3/0 tax agent=ann wrap=5 *
        245 agent.state ann state=available
        """,
    ),
}
"""The same where after-call work lasts half a minute."""
