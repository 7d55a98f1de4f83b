"""The command line as its users run it: in a process of its own."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from service import SECRET, Service, free_port

import tidings
from tidings.cli.main import main

SECONDS = 30


def environment(**more: str) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("TIDINGS_") and name != "NO_COLOR"}
    return {**kept, **more}


def tell(*arguments: str, given: str = "", **more: str) -> subprocess.CompletedProcess[str]:
    """Runs it to its end."""
    return subprocess.run(
        [sys.executable, "-m", "tidings", *arguments],
        input=given,
        capture_output=True,
        text=True,
        timeout=SECONDS,
        env=environment(**more),
        check=False,
    )


@pytest.mark.parametrize("command", ["", "tail", "publish", "state", "state set", "command", "token", "channels"])
def test_help_says_how(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main([*command.split(), "--help"])
    shown = capsys.readouterr().out
    assert ended.value.code == 0
    assert "usage: tidings" in shown and "exit codes:" in shown


def test_the_program_is_installed() -> None:
    program = Path(sys.executable).with_name("tidings")
    done = subprocess.run([program, "--version"], capture_output=True, text=True, timeout=SECONDS, check=True)
    assert done.stdout == f"tidings {tidings.__version__}\n"


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ([], "required: COMMAND"),
        (["fly"], "invalid choice: 'fly'"),
        (["tail"], "required: channel"),
        (["tail", "a:1", "--since", "yesterday"], "neither a number of events (20), an age (10m) nor a place"),
        (["tail", "a:1", "--count", "0"], "no whole number above 0"),
        (["publish", "a:1", "x.y", "{"], "this is no JSON"),
        (["state", "set", "a:1", "[1]"], "a state is a JSON object"),
        (["command", "a:1", "go", "--wait", "soon"], "no length of time"),
        (["token"], "a token needs a subject"),
        (["token", "ada", "*:*", "--secret", "short"], "at least 32 bytes"),
    ],
)
def test_what_is_not_understood_is_2_and_says_why(arguments: list[str], says: str, capsys: pytest.CaptureFixture[str]) -> None:
    try:
        code: object = main(arguments)
    except SystemExit as e:
        code = e.code
    shown = capsys.readouterr()
    assert (code, shown.out) == (2, "")
    assert says in shown.err and "Traceback" not in shown.err


def test_without_a_service_it_is_3() -> None:
    url = f"http://127.0.0.1:{free_port()}"
    for arguments in (["tail", "a:1", "--token", "t"], ["channels", "--token", "t"], ["token", "--quick-start"]):
        done = tell(*arguments, "--url", url)
        assert done.returncode == 3, done
        assert re.fullmatch(r"tidings: no connection to .*\n", done.stderr), done.stderr


def test_an_address_that_is_none_is_1() -> None:
    done = tell("tail", "a:1", "--url", "ftp://somewhere")
    assert done.returncode == 1
    assert done.stderr.startswith("tidings: 'ftp://somewhere' is no address of a service") and "Traceback" not in done.stderr


def test_a_token_is_made_from_a_secret(tmp_path: Path) -> None:
    file = tmp_path / "secret"
    file.write_text(SECRET + "\n")
    done = tell("token", "ada", "subscribe:agent:*", "--secret-file", str(file), "--tenant", "acme", "--json")
    assert done.returncode == 0
    assert json.loads(done.stdout)["token"].count(".") == 2
    missing = tell("token", "ada", "*:*", "--secret-file", str(tmp_path / "none"))
    assert missing.returncode == 1 and "the secret cannot be read" in missing.stderr and "Traceback" not in missing.stderr


def test_a_made_token_is_good(service: Service) -> None:
    made = tell("token", "ada", "subscribe:demo:*", TIDINGS_SECRET=SECRET).stdout.strip()
    allowed = tell("state", "get", "demo:*", TIDINGS_URL=service.url, TIDINGS_TOKEN=made)
    assert (allowed.returncode, allowed.stdout, allowed.stderr) == (0, "", "")
    refused = tell("publish", "demo:1", "x.y", TIDINGS_URL=service.url, TIDINGS_TOKEN=made)
    assert refused.returncode == 1 and "forbidden" in refused.stderr


def test_a_token_that_is_none_is_refused(service: Service) -> None:
    done = tell("tail", "demo:1", "--token", "nonsense", "--url", service.url)
    assert done.returncode == 1 and "(unauthenticated)" in done.stderr and "Traceback" not in done.stderr
    none = tell("tail", "demo:1", "--url", service.url)
    assert none.returncode == 1 and "gives no token to try it out" in none.stderr


def test_published_events_are_shown(known: dict[str, str]) -> None:
    first = tell("publish", "demo:1", "demo.said", '{"text": "hello"}', "--id", "mine", "--json", **known)
    assert first.returncode == 0
    assert json.loads(first.stdout) | {"epoch": "", "timestamp": 0} == {
        "channel": "demo:1",
        "offset": 1,
        "epoch": "",
        "event_id": "mine",
        "timestamp": 0,
    }
    again = tell("publish", "demo:1", "demo.said", '{"text": "hello"}', "--id", "mine", **known)
    assert again.stdout == "demo:1 #1 mine\n"
    tell("publish", "demo:1", "demo.left", "-", "--cause", "mine", given='{"level": 80, "nasty": "\\u001b[31m"}', **known)
    shown = tell("tail", "demo:*", "--since", "10", "--count", "2", **known)
    assert shown.returncode == 0
    assert re.fullmatch(
        r'\d\d:\d\d:\d\d\.\d{3} demo:1 #1 demo\.said \{"text": "hello"\}\n'
        r'\d\d:\d\d:\d\d\.\d{3} demo:1 #2 demo\.left \{"level": 80, "nasty": "\\u001b\[31m"\}\n',
        shown.stdout,
    )
    by_json = tell("tail", "demo:1", "--since", "1h", "-n", "1", "--where", "/payload/level", "gt", "70", "--json", **known)
    event = json.loads(by_json.stdout)
    assert (event["type"], event["offset"], event["cause"]) == ("message", 2, "mine")
    only = tell("tail", "demo:1", "--since", "10", "-n", "1", "--event", "*.left", "--json", **known)
    assert json.loads(only.stdout)["event"] == "demo.left"


def test_states_are_read_and_changed(known: dict[str, str]) -> None:
    absent = tell("state", "get", "device:lamp", **known)
    assert absent.returncode == 1 and "has no state" in absent.stderr
    made = tell("state", "set", "device:lamp", '{"on": false, "at": {"x": 1}}', "--json", **known)
    assert json.loads(made.stdout)["changed"] is True
    assert tell("state", "patch", "device:lamp", "-", given='{"on": true, "at": null}', **known).returncode == 0
    got = tell("state", "get", "device:lamp", **known)
    assert json.loads(got.stdout) == {"on": True}
    all_of_them = tell("state", "get", "device:*", "--json", **known)
    assert json.loads(all_of_them.stdout)["data"] == {"on": True}
    first = tell("tail", "device:lamp", "--state", "--since", "1", "-n", "1", "--json", **known)
    assert [json.loads(line)["type"] for line in first.stdout.splitlines()] == ["state", "message"]
    assert tell("state", "delete", "device:lamp", **known).returncode == 0
    assert tell("state", "get", "device:lamp", **known).returncode == 1


def test_channels_are_listed(known: dict[str, str]) -> None:
    for i in range(3):
        tell("publish", f"listed:{i}", "x.y", **known)
    listed = tell("channels", "listed:", "--json", **known)
    assert [json.loads(line)["channel"] for line in listed.stdout.splitlines()] == ["listed:0", "listed:1", "listed:2"]
    few = tell("channels", "listed:", "--limit", "2", **known)
    assert few.stdout.splitlines() == ["listed:0 #1 0 subscribers", "listed:1 #1 0 subscribers"]


def test_a_command_is_answered_by_the_example(known: dict[str, str]) -> None:
    nobody = tell("command", "agent:42", "restart", **known)
    assert nobody.returncode == 1 and "(no_handler)" in nobody.stderr
    example = Path(__file__).parents[1] / "examples" / "agent.py"
    with subprocess.Popen(
        [sys.executable, str(example), "agent:42"], env=environment(**known), stdout=subprocess.PIPE, text=True
    ) as agent:
        try:
            assert agent.stdout is not None and "agent:42" in agent.stdout.readline()
            done = tell("command", "agent:42", "add", '{"numbers": [1, 2.5]}', **known)
            assert (done.returncode, done.stdout) == (0, "3.5\n")
            failed = tell("command", "agent:42", "fly", **known)
            assert failed.returncode == 1 and "(unknown_command)" in failed.stderr
            agent.send_signal(signal.SIGINT)
            assert agent.wait(SECONDS) == 0
        finally:
            agent.kill()


@pytest.mark.parametrize("by", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupt_ends_it_cleanly(known: dict[str, str], by: signal.Signals) -> None:
    tell("publish", "ended:1", "x.y", **known)
    with subprocess.Popen(
        [sys.executable, "-m", "tidings", "tail", "ended:1", "--since", "1"],
        env=environment(**known),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as tail:
        try:
            assert tail.stdout is not None and tail.stderr is not None
            assert "ended:1" in tail.stdout.readline()
            tail.send_signal(by)
            assert tail.wait(SECONDS) == 130
            assert tail.stderr.read() == ""
        finally:
            tail.kill()


def test_colours_are_for_terminals_that_want_them(known: dict[str, str]) -> None:
    pty = pytest.importorskip("pty")
    tell("publish", "colour:1", "x.y", **known)

    def shown(**more: str) -> str:
        ours, theirs = pty.openpty()
        command = [sys.executable, "-m", "tidings", "tail", "colour:1", "--since", "1", "-n", "1"]
        done = subprocess.run(command, stdout=theirs, env=environment(TERM="xterm", **more), timeout=SECONDS, check=True)
        os.close(theirs)
        try:
            return os.read(ours, 1 << 16).decode() if done.returncode == 0 else ""
        finally:
            os.close(ours)

    assert "\033[" in shown(**known)
    assert "\033[" not in shown(NO_COLOR="1", **known)
