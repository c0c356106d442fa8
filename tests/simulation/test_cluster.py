import pytest

from callcenter.measures.tally import Detail
from simulation.results import run
from simulation.scenario import load

distributed = pytest.importorskip("distributed", reason="the extra `cluster` is not installed")

SHORT = ("calendar.last=2009-01-06", "queue.phone.arrivals.total=5400")


@pytest.mark.cluster
@pytest.mark.filterwarnings("ignore")
def test_two_worker_processes_find_what_one_process_finds() -> None:
    scenarios = [
        load("configs/scenarios/bucheon-2009.yaml", (*SHORT, f"group.agents.absence={share}"))
        for share in ("0%", "20%")
    ]
    from simulation.cluster import sweep

    with (
        distributed.LocalCluster(
            n_workers=2,
            threads_per_worker=1,
            processes=True,
            host="127.0.0.1",
            dashboard_address=None,
        ) as cluster,
        distributed.Client(cluster) as client,
    ):
        workers = client.scheduler_info()["workers"]
        swept = list(sweep(scenarios, client=client, replications=4, seed=7))
    here = [
        run(scenario, replications=4, seed=7, detail=Detail.INTERVALS) for scenario in scenarios
    ]

    assert len(workers) == 2
    assert [result.to_json() for result in swept] == [result.to_json() for result in here]
    assert swept[0].to_json() != swept[1].to_json()
