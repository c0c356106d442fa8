"""Streams of an Asterisk queue log with known answers: what any reader of one must make of calls."""

from typing import Final

CALLS: Final[dict[str, tuple[str, str]]] = {
    "answered, and the caller hangs up": (
        """
        100|c.1|tax|NONE|ENTERQUEUE||0212345678|1
        110|c.1|tax|ann|CONNECT|10|c.2|4
        140|c.1|tax|ann|COMPLETECALLER|10|30|1
        """,
        """
        100 call.arrived c.1/0 tax *
        100 call.queued c.1/0 tax position=1
        110 agent.logged_in ann *
        110 agent.state ann state=available cause=derived *
        110 call.connected c.1/0 tax agent=ann wait=10 ring=4
        140 call.ended c.1/0 tax agent=ann by=caller talk=30
        140 call.wrapped c.1/0 tax agent=ann wrap=0 *
        """,
    ),
    "answered, and the agent hangs up": (
        """
        100|c.1|tax|NONE|ENTERQUEUE||0212345678|2|Kim_Minji
        110|c.1|tax|ann|CONNECT|10|c.2|4
        140|c.1|tax|ann|COMPLETEAGENT|10|30|2
        """,
        """
        100 call.arrived c.1/0 tax *
        100 call.queued c.1/0 tax position=2
        110 agent.logged_in ann *
        110 agent.state ann state=available cause=derived *
        110 call.connected c.1/0 tax agent=ann wait=10 ring=4
        140 call.ended c.1/0 tax agent=ann by=agent talk=30
        140 call.wrapped c.1/0 tax agent=ann wrap=0 *
        """,
    ),
    "the callid says when the caller reached the line": (
        """
        1000|988.7|tax|NONE|ENTERQUEUE||0212345678|1
        1000|pbx-990.8|tax|NONE|ENTERQUEUE||0212345678|2
        9000|1.9|tax|NONE|ENTERQUEUE||0212345678|3
        """,
        """
        988 call.arrived 988.7/0 tax *
        1000 call.queued 988.7/0 tax position=1
        990 call.arrived pbx-990.8/0 tax *
        1000 call.queued pbx-990.8/0 tax position=2
        9000 call.arrived 1.9/0 tax *
        9000 call.queued 1.9/0 tax position=3
        """,
    ),
    "a URL with a bar in it hides the position": (
        "100|c.1|tax|NONE|ENTERQUEUE|http://a/?b|c|0212345678|1|Kim",
        """
        100 call.arrived c.1/0 tax *
        100 call.queued c.1/0 tax
        """,
    ),
    "rings in vain here, is answered there": (
        """
        100|c.1|tax|NONE|ENTERQUEUE|||1
        112|c.1|tax|ann|RINGNOANSWER|10000
        115|c.1|tax|bob|CONNECT|15|c.3|2
        """,
        """
        100 call.arrived c.1/0 tax *
        100 call.queued c.1/0 tax position=1
        112 agent.logged_in ann *
        112 agent.state ann state=available cause=derived *
        112 call.offer_ended c.1/0 tax agent=ann reason=no_answer ring=10
        115 agent.logged_in bob *
        115 agent.state bob state=available cause=derived *
        115 call.connected c.1/0 tax agent=bob wait=15 ring=2
        """,
    ),
    "the caller hangs up while it rings": (
        """
        90|NONE|tax|ann|ADDMEMBER|
        100|c.1|tax|NONE|ENTERQUEUE|||1
        104|c.1|tax|ann|RINGCANCELED|2500
        104|c.1|tax|NONE|ABANDON|1|1|4
        """,
        """
        90 agent.logged_in ann
        90 agent.state ann state=available
        100 call.arrived c.1/0 tax *
        100 call.queued c.1/0 tax position=1
        104 call.offer_ended c.1/0 tax agent=ann reason=caller_hangup ring=2.5
        104 call.abandoned c.1/0 tax wait=4
        """,
    ),
    "the caller hangs up as the agent picks up": (
        """
        100|c.1|tax|NONE|ENTERQUEUE|||1
        109|c.1|tax|ann|ABANDON|1|1|9
        """,
        """
        100 call.arrived c.1/0 tax *
        100 call.queued c.1/0 tax position=1
        109 call.abandoned c.1/0 tax wait=9 agent=ann
        """,
    ),
    "the agent hangs up during the announcement, and the call waits on": (
        """
        90|NONE|tax|ann|ADDMEMBER|
        100|c.1|tax|NONE|ENTERQUEUE|||1
        108|c.1|tax|ann|AGENTDUMP|
        120|c.1|tax|ann|CONNECT|20|c.4|1
        """,
        """
        90 agent.logged_in ann
        90 agent.state ann state=available
        100 call.arrived c.1/0 tax *
        100 call.queued c.1/0 tax position=1
        108 call.offer_ended c.1/0 tax agent=ann reason=rejected
        120 call.connected c.1/0 tax agent=ann wait=20 ring=1
        """,
    ),
    "every other way out of a queue": (
        """
        100|c.1|tax|NONE|ENTERQUEUE|||1
        100|c.2|tax|NONE|ENTERQUEUE|||2
        100|c.3|tax|NONE|ENTERQUEUE|||3
        100|c.4|tax|NONE|ENTERQUEUE|||4
        100|c.5|tax|NONE|ENTERQUEUE|||5
        160|c.1|tax|NONE|EXITWITHTIMEOUT|1|1|60
        161|c.2|tax|NONE|EXITEMPTY|1|2|61
        162|c.3|tax|NONE|EXITWITHKEY|9|1|3|62
        163|c.4|tax|NONE|WITHDRAW|1|4|63|moved|by hand
        164|c.5|tax|ann|SYSCOMPAT|
        """,
        """
        100 call.arrived c.1/0 tax *
        100 call.queued c.1/0 tax position=1
        100 call.arrived c.2/0 tax *
        100 call.queued c.2/0 tax position=2
        100 call.arrived c.3/0 tax *
        100 call.queued c.3/0 tax position=3
        100 call.arrived c.4/0 tax *
        100 call.queued c.4/0 tax position=4
        100 call.arrived c.5/0 tax *
        100 call.queued c.5/0 tax position=5
        160 call.exited c.1/0 tax reason=timeout wait=60
        161 call.exited c.2/0 tax reason=empty wait=61
        162 call.exited c.3/0 tax reason=key wait=62 detail=9
        163 call.exited c.4/0 tax reason=withdrawn wait=63 detail=moved|by_hand
        164 call.exited c.5/0 tax reason=system wait=64 detail=SYSCOMPAT
        """,
    ),
    "transferred blindly": (
        """
        90|NONE|tax|ann|ADDMEMBER|
        100|c.1|tax|NONE|ENTERQUEUE|||1
        110|c.1|tax|ann|CONNECT|10|c.2|4
        150|c.1|tax|ann|BLINDTRANSFER|700|default|10|40|1
        """,
        """
        90 agent.logged_in ann
        90 agent.state ann state=available
        100 call.arrived c.1/0 tax *
        100 call.queued c.1/0 tax position=1
        110 call.connected c.1/0 tax agent=ann wait=10 ring=4
        150 call.transferred c.1/0 tax agent=ann manner=blind target=700|default
        150 call.ended c.1/0 tax agent=ann by=transfer talk=40
        150 call.wrapped c.1/0 tax agent=ann wrap=0 *
        """,
    ),
    "transferred after asking, in each of three forms": (
        """
        90|NONE|tax|ann|ADDMEMBER|
        100|c.1|tax|NONE|ENTERQUEUE|||1
        101|c.1|tax|ann|CONNECT|1|c.2|1
        111|c.1|tax|ann|ATTENDEDTRANSFER|BRIDGE|4f5e-7|1|10|1
        200|c.5|tax|NONE|ENTERQUEUE|||1
        201|c.5|tax|ann|CONNECT|1|c.6|1
        221|c.5|tax|ann|ATTENDEDTRANSFER|APP|Queue|1|20|1
        300|c.8|tax|NONE|ENTERQUEUE|||1
        301|c.8|tax|ann|CONNECT|1|c.9|1
        331|c.8|tax|ann|ATTENDEDTRANSFER|LINK|SIP/a-1|SIP/b-2|1|30|1
        """,
        """
        90 agent.logged_in ann
        90 agent.state ann state=available
        100 call.arrived c.1/0 tax *
        100 call.queued c.1/0 tax position=1
        101 call.connected c.1/0 tax agent=ann wait=1 ring=1
        111 call.transferred c.1/0 tax agent=ann manner=attended target=BRIDGE|4f5e-7
        111 call.ended c.1/0 tax agent=ann by=transfer talk=10
        111 call.wrapped c.1/0 tax agent=ann wrap=0 *
        200 call.arrived c.5/0 tax *
        200 call.queued c.5/0 tax position=1
        201 call.connected c.5/0 tax agent=ann wait=1 ring=1
        221 call.transferred c.5/0 tax agent=ann manner=attended target=APP|Queue
        221 call.ended c.5/0 tax agent=ann by=transfer talk=20
        221 call.wrapped c.5/0 tax agent=ann wrap=0 *
        300 call.arrived c.8/0 tax *
        300 call.queued c.8/0 tax position=1
        301 call.connected c.8/0 tax agent=ann wait=1 ring=1
        331 call.transferred c.8/0 tax agent=ann manner=attended target=LINK|SIP/a-1|SIP/b-2
        331 call.ended c.8/0 tax agent=ann by=transfer talk=30
        331 call.wrapped c.8/0 tax agent=ann wrap=0 *
        """,
    ),
    "sent on into another queue of the same switch": (
        """
        90|NONE|tax|ann|ADDMEMBER|
        100|c.1|tax|NONE|ENTERQUEUE|||1
        110|c.1|tax|ann|CONNECT|10|c.2|4
        150|c.1|tax|ann|BLINDTRANSFER|701|queues|10|40|1
        151|c.1|roads|NONE|ENTERQUEUE|||1
        160|c.1|roads|NONE|ABANDON|1|1|9
        """,
        """
        90 agent.logged_in ann
        90 agent.state ann state=available
        100 call.arrived c.1/0 tax *
        100 call.queued c.1/0 tax position=1
        110 call.connected c.1/0 tax agent=ann wait=10 ring=4
        150 call.transferred c.1/0 tax agent=ann manner=blind target=701|queues
        150 call.ended c.1/0 tax agent=ann by=transfer talk=40
        150 call.wrapped c.1/0 tax agent=ann wrap=0 *
        151 call.arrived c.1/1 roads leg_kind=transfer *
        151 call.queued c.1/1 roads position=1
        160 call.abandoned c.1/1 roads wait=9
        """,
    ),
    "heard of in another queue before anybody said how it left the first": (
        """
        100|c.1|tax|NONE|ENTERQUEUE|||1
        130|c.1|roads|NONE|ENTERQUEUE|||1
        135|c.1|roads|ann|CONNECT|5|c.2|2
        180|c.1|tax|NONE|ENTERQUEUE|||1
        """,
        """
        100 call.arrived c.1/0 tax *
        100 call.queued c.1/0 tax position=1
        130 call.exited c.1/0 tax reason=unknown wait=30 *
        130 call.arrived c.1/1 roads leg_kind=transfer *
        130 call.queued c.1/1 roads position=1
        135 agent.logged_in ann *
        135 agent.state ann state=available cause=derived *
        135 call.connected c.1/1 roads agent=ann wait=5 ring=2
        180 call.ended c.1/1 roads agent=ann by=transfer talk=45 *
        180 call.wrapped c.1/1 roads agent=ann wrap=0 *
        180 call.arrived c.1/2 tax leg_kind=transfer *
        180 call.queued c.1/2 tax position=1
        """,
    ),
}
"""Log lines, and the events (or remarks) they must become."""
