"""wrk (https://github.com/wg/wrk): so many clients that ask again as soon as they are answered."""

import json
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

# wrk's own report gives no 95th percentile; its script may. Times there are in microseconds.
_SCRIPT = """\
local headers = {headers}
local function post(body) return wrk.format("POST", nil, headers, body) end
{request}
function done(summary, latency, requests)
  local errors = summary.errors
  local failed = errors.connect + errors.read + errors.write + errors.status + errors.timeout
  io.write(string.format('\\n{{"p95": %f, "requests": %d, "errors": %d, "microseconds": %d}}\\n',
    latency:percentile(95) / 1000, summary.requests, failed, summary.duration))
end
"""


@dataclass(frozen=True)
class Outcome:
    """Milliseconds that 95 of 100 requests did not exceed, requests a second, and failures."""

    p95: float
    per_second: float
    errors: int


def is_installed() -> bool:
    """Whether the program is there (Debian's package `wrk`)."""
    return shutil.which("wrk") is not None


def same(body: str) -> str:
    """The script of one request that is sent again and again."""
    return f"""\
local same
function init() same = post({lua(body)}) end
function request() return same end
"""


def load(url: str, request: str, headers: Mapping[str, str], clients: int, seconds: int) -> Outcome:
    """Ask *url* for *seconds*; *request* is Lua that defines `request`, with `post` at hand.

    Raises CalledProcessError where wrk fails.
    """
    sent = {"Content-Type": "application/json", **headers}
    table = ", ".join(f"[{lua(name)}] = {lua(value)}" for name, value in sent.items())
    with TemporaryDirectory() as folder:
        script = Path(folder) / "requests.lua"
        script.write_text(_SCRIPT.format(headers=f"{{{table}}}", request=request), "utf-8")
        command = ["wrk", "-t1", f"-c{clients}", f"-d{seconds}s", "--script", str(script), url]
        done = subprocess.run(command, check=True, capture_output=True, text=True)
    found = json.loads(done.stdout.splitlines()[-1])
    rate = 1e6 * found["requests"] / found["microseconds"]
    return Outcome(found["p95"], rate, found["errors"])


def lua(text: str) -> str:
    """*text* as a string of Lua's, its bytes by their decimal codes where they are not plain."""
    plain = (chr(byte) if 32 <= byte < 127 and byte not in b'"\\' else f"\\{byte:03d}"
             for byte in text.encode())  # fmt: skip
    return f'"{"".join(plain)}"'
