"""What numbers are called."""

from callcenter.telephony.names import Names


def test_agents_are_named_by_their_group_and_their_place_in_it() -> None:
    names = Names.of_centre(
        queues=("tax",), groups=("desk", "floor"), agent_group=(0, 1, 0), call_prefix="20260701-"
    )

    assert names.agents == ("desk-01", "floor-01", "desk-02")
    assert names.call(17) == "20260701-17"
