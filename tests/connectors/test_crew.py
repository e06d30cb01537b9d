"""Reading ahead by several hands: nothing lost, order kept within a job, errors handed over, memory bounded."""

from collections.abc import Iterator
from threading import Lock

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.crew import AHEAD, read_ahead


@given(lengths=st.lists(st.integers(0, 7), max_size=8), hands=st.integers(1, 4))
def test_every_page_of_every_job_comes_once_and_in_order(lengths: list[int], hands: int) -> None:
    def read(_client: int, job: int) -> Iterator[int]:
        yield from range(lengths[job])

    seen: dict[int, list[int]] = {job: [] for job in range(len(lengths))}
    ended: list[int] = []
    for step in read_ahead(range(hands), range(len(lengths)), read):
        if step.last:
            ended.append(step.job)
        elif step.item is not None:
            assert step.job not in ended
            seen[step.job].append(step.item)
    assert seen == {job: list(range(length)) for job, length in enumerate(lengths)}
    assert sorted(ended) == list(range(len(lengths)))


def test_an_error_ends_only_its_job() -> None:
    def read(_client: str, job: int) -> Iterator[int]:
        yield job
        if job == 1:
            raise ValueError("no")

    steps = list(read_ahead(["a", "b"], [0, 1, 2], read))
    errors = {step.job: step.error for step in steps if step.last}
    assert isinstance(errors.pop(1), ValueError)
    assert errors == {0: None, 2: None}
    assert sorted(step.item for step in steps if step.item is not None) == [0, 1, 2]


def test_a_client_is_used_by_one_job_at_a_time() -> None:
    busy, clash, lock = set[str](), list[str](), Lock()

    def read(client: str, job: int) -> Iterator[int]:
        with lock:
            clash.extend(busy & {client})
            busy.add(client)
        yield job
        with lock:
            busy.discard(client)

    assert len([s for s in read_ahead(["a", "b", "c"], range(30), read) if s.item is not None]) == 30
    assert not clash


def test_hands_do_not_run_far_ahead() -> None:
    read_so_far = 0

    def read(_client: str, _job: int) -> Iterator[int]:
        nonlocal read_so_far
        for number in range(1000):
            read_so_far += 1
            yield number

    for taken, _ in enumerate(read_ahead(["a"], [0], read), start=1):
        assert read_so_far <= taken + AHEAD + 1
        if taken == 50:
            break


def test_stopping_early_stops_the_hands() -> None:
    def read(_client: str, _job: int) -> Iterator[int]:
        yield from range(10**9)

    steps = read_ahead(["a", "b"], [0, 1], read)
    next(steps)
    steps.close()
    with pytest.raises(StopIteration):
        next(steps)
