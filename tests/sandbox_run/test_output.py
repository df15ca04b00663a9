"""Which lines of a run are shown."""

from sandbox.run.output import Filter


def shown(*messages: str) -> list[str]:
    chosen = Filter()
    lines = (f"2026-01-02 03:04:05.678 | WARNING  | {message}" for message in messages)
    return [text for line in lines if (text := chosen.shown(line)) is not None]


def test_a_retry_is_shown_once_for_each_reason() -> None:
    told = shown(
        "Request POST http://x failed with 1, retrying in 0.4 seconds.",
        "Request POST http://x failed with 1, retrying in 0.8 seconds.",
        "Request POST http://x failed with 2, retrying in 1.6 seconds.",
    )
    assert [line.split("failed with ")[1][0] for line in told] == ["1", "2"]


def test_what_the_integration_says_is_shown_without_its_prefix() -> None:
    assert shown("Jira: all is well", "Execution agent is not enabled") == ["03:04:05  all is well"]
