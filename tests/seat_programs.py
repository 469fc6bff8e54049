"""A program in a seat that does one thing wrong, or tells what it was told: python tests/seat_programs.py MODE [FILE]."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

PASS = '{"act": "pass"}'
LINES = {
    "junk": "debug: thinking",
    "list": "[1, 2]",
    "deep": "[" * 60_000,
    "long": "x" * 100_000,
    "unknown": '{"akt": "pass"}',
    "twice": f"{PASS}\n{PASS}",
    "questions": '{"ask": "worth", "package": {}}',
}


def main() -> None:
    """Answer line by line."""
    mode, file = sys.argv[1], Path(sys.argv[2]) if len(sys.argv) > 2 else None
    if mode == "silent":
        time.sleep(600)
    tries = 0
    for line in sys.stdin:
        told = json.loads(line)
        if mode == "record" and file:
            with file.open("a", encoding="utf-8") as kept:
                kept.write(line)
        if told["message"] == "hello":
            if mode == "exits_at_once":
                sys.exit(3)
            print("hello" if mode == "rude" else '{"ready": 1, "name": "a test"}', flush=True)
        elif told["message"] == "turn":
            answering, tries = told["view"]["legal"]["answering"], 0
            if mode in ("hangs", "stubborn"):
                child = subprocess.Popen(["sleep", "600"]) if mode == "stubborn" else None
                if child:
                    signal.signal(signal.SIGTERM, signal.SIG_IGN)
                if file:
                    file.with_suffix(".part").write_text(f"{os.getpid()} {child.pid if child else ''}")
                    file.with_suffix(".part").rename(file)
                time.sleep(600)
            if mode == "crashes":
                sys.exit(7)
            if mode in LINES:
                print(LINES[mode], flush=True)
            elif mode in ("learns", "never_learns"):
                print('{"act": "offer", "package": {"reservoir": 9}}', flush=True)
            elif mode == "asks_once":
                print('{"ask": "worth", "package": {"reservoir": 0, "summer_flow": 2}}', flush=True)
            else:
                print(
                    json.dumps({"act": "refuse", "issue": min(told["view"]["text"])}) if answering else PASS, flush=True
                )
        elif told["message"] == "worth":
            if mode == "questions":
                print(LINES[mode], flush=True)
                continue
            assert file is not None
            file.write_text(str(told["worth"]))
            print('{"act": "refuse", "issue": "reservoir"}' if answering else PASS, flush=True)
        elif told["message"] == "refused":
            tries += 1
            if mode == "learns" and file:
                file.write_text(told["reason"])
                print('{"act": "refuse", "issue": "reservoir"}' if answering else PASS, flush=True)
            else:
                print(LINES.get(mode, '{"act": "offer", "package": {"reservoir": 9}}'), flush=True)


if __name__ == "__main__":
    main()
