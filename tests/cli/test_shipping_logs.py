"""The shape of what ships logs: cannot be run here, so at least it reads, and each part names one that is there."""

from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).parents[2]
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "compose.yml").read_text(encoding="utf-8"))
VECTOR: dict[str, Any] = yaml.safe_load((ROOT / "deploy" / "vector.yaml").read_text(encoding="utf-8"))


def test_the_profile_adds_to_the_services_and_touches_none() -> None:
    of_profile = {name for name, service in COMPOSE["services"].items() if "profiles" in service}
    assert of_profile == {"vector", "loki"}
    assert all(COMPOSE["services"][name]["profiles"] == ["logs"] for name in of_profile)
    needed = {
        each for name, s in COMPOSE["services"].items() if name not in of_profile for each in s.get("depends_on", ())
    }
    assert not needed & of_profile


def test_every_volume_is_declared_and_every_mounted_file_is_there() -> None:
    mounts = [each.split(":")[0] for service in COMPOSE["services"].values() for each in service.get("volumes", ())]
    assert {each for each in mounts if each[0] not in "./"} == set(COMPOSE["volumes"])
    assert all((ROOT / each).is_file() for each in mounts if each.startswith("./"))


def test_vector_reads_the_containers_that_carry_the_label() -> None:
    (wanted,) = VECTOR["sources"]["containers"]["include_labels"]
    labelled = {
        name
        for name, s in COMPOSE["services"].items()
        if f"casework.logs={s.get('labels', {}).get('casework.logs')}" == wanted
    }
    assert labelled == {"migrate", "api", "worker"}


def test_vectors_parts_feed_each_other_and_reach_a_place_that_the_profile_has() -> None:
    parts = {**VECTOR["sources"], **VECTOR["transforms"], **VECTOR["sinks"]}
    assert all(source in parts for part in parts.values() for source in part.get("inputs", ()))
    assert all(sink["encoding"]["codec"] == "json" for sink in VECTOR["sinks"].values())
    assert VECTOR["sinks"]["file"]["path"].startswith("/logs/")
    assert VECTOR["sinks"]["loki"]["endpoint"].removeprefix("http://").split(":")[0] in COMPOSE["services"]
