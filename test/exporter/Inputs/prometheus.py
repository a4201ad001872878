"""EXPORTER NOSTALL PROGRAM FOLDER RULES DASHBOARD"""
import json
import os
import re
import subprocess
import sys
import time
import urllib.parse
import urllib.request

from dashboard import expressions
from exporter import Exporter

program, nostall, stalls, folder, rules, dashboard_file = sys.argv[1:]
# Nothing of the machine need happen while the test runs.
MAY_BE_EMPTY = {"Stalls by cause: the machine's"}
CONFIG = """
global: {{scrape_interval: 1s, evaluation_interval: 1s}}
rule_files: [{rules}]
scrape_configs:
  - job_name: nostall
    static_configs: [{{targets: ['{target}']}}]
"""


class Prometheus:
    """On a port that the kernel chooses; ends with its block."""

    def __init__(self, target):
        config = os.path.join(folder, "prometheus.yml")
        with open(config, "w", encoding="utf-8") as file:
            file.write(CONFIG.format(rules=os.path.abspath(rules),
                                     target=target))
        self.log = os.path.join(folder, "prometheus.log")
        with open(self.log, "w", encoding="utf-8") as log:
            self.process = subprocess.Popen(
                ["prometheus", f"--config.file={config}",
                 f"--storage.tsdb.path={folder}/data",
                 "--web.listen-address=127.0.0.1:0"],
                stdout=log, stderr=subprocess.STDOUT)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.terminate()
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

    def address(self):
        with open(self.log, encoding="utf-8") as log:
            found = re.search(r'msg="Listening on" address=(\S+)', log.read())
        return found and found[1]

    def ask(self, path, **parameters):
        url = (f"http://{self.address()}/api/v1/{path}?"
               + urllib.parse.urlencode(parameters))
        with urllib.request.urlopen(url, timeout=10) as answer:
            return json.load(answer)["data"]

    def wait_for(self, what, seconds=40):
        end = time.monotonic() + seconds
        while True:
            result = self.address() and what(self)
            if result:
                return result
            assert self.process.poll() is None and time.monotonic() < end, \
                open(self.log, encoding="utf-8").read()
            time.sleep(0.2)

    def query(self, text):
        return self.wait_for(
            lambda p: p.ask("query", query=text)["result"])


def evaluated(prometheus):
    rules_seen = [rule for group in prometheus.ask("rules")["groups"]
                  for rule in group["rules"]]
    return all(r["health"] != "unknown" for r in rules_seen) and rules_seen


def ask_for_panels(prometheus):
    """Every query of the dashboard has an answer, with its legend's labels."""
    with open(dashboard_file, encoding="utf-8") as file:
        dashboard = json.load(file)
    queries = expressions(dashboard)
    for title, text, legend in queries:
        # The program's stalls are younger than a minute.
        text = text.replace("[1m]", "[20s]").replace("[1h]", "[1m]")
        if title in MAY_BE_EMPTY:
            prometheus.ask("query", query=text)
            continue
        for series in prometheus.query(text):
            missing = [label for label in re.findall(r"{{(\w+)}}", legend)
                       if label not in series["metric"]]
            assert not missing, (title, missing, series)
    print(len(queries), "queries of the dashboard have data")


def checks(exporter):
    verdict = subprocess.run(
        ["promtool", "check", "metrics"], input=exporter.text(), text=True,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    assert verdict.returncode == 0 and not verdict.stdout, verdict
    print("promtool check metrics: accepted")
    target = urllib.parse.urlparse(exporter.url).netloc
    with Prometheus(target) as prometheus:
        prometheus.query('up{job="nostall"} == 1')
        print("the target is up")
        prometheus.query(
            'nostall_stalls_total{process="stalls",cause="sleep"} > 3')
        prometheus.query(
            'rate(nostall_stall_seconds_total{cause="sleep"}[20s]) > 0')
        print("stalls of cause sleep, and their rate")
        kinds = prometheus.query(
            'topk(1, nostall_signature_stalls_total{cause="sleep"})')
        print("kinds:", kinds[0]["metric"]["function"], "of the program")
        rules_seen = prometheus.wait_for(evaluated)
        bad = [rule for rule in rules_seen if rule["health"] != "ok"]
        assert not bad, bad
        print(len(rules_seen), "rules, none with an error")
        ask_for_panels(prometheus)


trace = os.path.join(folder, "trace")
watched = subprocess.Popen(
    [nostall, "run", "-q", "-o", trace, "--", stalls, "300"])
try:
    with Exporter(program, trace) as exporter:
        checks(exporter)
finally:
    watched.terminate()  # Passed on to the program.
    watched.wait()
