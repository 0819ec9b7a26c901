"""Work that takes long keeps the event loop free, and no more of it is taken than can be done."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from threading import Event, current_thread

import pytest

from recommender.api import answers
from recommender.api.problems import Refusal
from recommender.api.work import MOST_WAITING, Work
from recommender.serving import opened


def test_what_is_done_in_a_thread_is_given_back_and_what_goes_wrong_is_raised():
    async def main() -> None:
        work = Work()
        assert await work.do(lambda: 5) == 5
        with pytest.raises(ZeroDivisionError):
            await work.do(lambda: 1 // 0)

    with ThreadPoolExecutor(1) as thread:
        thread.submit(asyncio.run, main()).result()


def test_who_comes_when_too_many_wait_is_told_so_at_once():
    async def main() -> None:
        work, done = Work(), Event()
        waiting = [asyncio.create_task(work.do(lambda: done.wait(30))) for _ in range(MOST_WAITING)]
        await asyncio.sleep(0)
        with pytest.raises(Refusal) as refused:
            await work.do(lambda: done.wait(30))
        assert refused.value.status_code == 503
        assert refused.value.headers == {"Retry-After": "1"}
        done.set()
        assert all(await asyncio.gather(*waiting))
        assert await work.do(lambda: 5) == 5

    with ThreadPoolExecutor(1) as thread:
        thread.submit(asyncio.run, main()).result()


def test_few_ratings_are_answered_in_the_loop_once_the_release_is_open(ask, monkeypatch):
    threads, whole = [], answers.recommend

    def noting(wish):
        threads.append(current_thread().name)
        return whole(wish)

    monkeypatch.setattr(answers, "recommend", noting)
    few = {"domain": "movies", "ratings": {"1": 5}}
    many = {"domain": "movies", "ratings": {str(n): 5 for n in range(answers.FEW + 1)}}
    for body in (few, few, many):
        assert ask.post("/api/recommend", json=body).status_code == 200
    assert [name.startswith("api") for name in threads] == [True, False, True]
    # Else the loop, and with it everybody, would wait for whoever opens another release.
    with opened._opening:
        assert not opened.is_open("movies")
    assert opened.is_open("movies")


def test_a_server_at_work_answers_others(ask, monkeypatch):
    begun, done = Event(), Event()
    whole = answers.recommend

    def slow(wish):
        begun.set()
        assert done.wait(30)
        return whole(wish)

    monkeypatch.setattr(answers, "recommend", slow)
    body = {"domain": "movies", "ratings": {str(number): 5 for number in range(answers.FEW + 1)}}
    with ThreadPoolExecutor(1) as visitor:
        answer = visitor.submit(ask.post, "/api/recommend", json=body)
        assert begun.wait(30)
        assert ask.get("/api/health/live").status_code == 200
        assert ask.get("/api/domains").status_code == 200
        done.set()
        assert answer.result().status_code == 200
