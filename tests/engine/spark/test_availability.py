"""Where Spark cannot run, the officer is told what is missing, before anything is read."""

from datetime import date
from pathlib import Path

import pytest

from mingjing.contexts.oversight.usecases.oversee_files import oversee_files
from mingjing.engine import spark
from mingjing.engine.spark import SparkUnavailableError, require_spark, site_settings


def fake_java(folder: Path, says: str) -> None:
    java = folder / "bin" / "java"
    java.parent.mkdir()
    java.write_text(f"#!/bin/sh\necho '{says}' >&2\n")
    java.chmod(0o755)


class TestRequireSpark:
    def test_names_the_package_that_is_missing(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(spark, "find_spec", lambda _name: None)
        with pytest.raises(SparkUnavailableError, match="没有安装 pyspark"):
            require_spark()

    @pytest.fixture(autouse=True)
    def has_pyspark(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(spark, "find_spec", lambda _name: object())

    def test_says_that_there_is_no_java(self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
        monkeypatch.delenv("JAVA_HOME", raising=False)
        monkeypatch.setenv("PATH", str(tmp_path))
        with pytest.raises(SparkUnavailableError, match="没有找到 java"):
            require_spark()
        monkeypatch.setenv("JAVA_HOME", str(tmp_path))
        with pytest.raises(SparkUnavailableError, match="JAVA_HOME"):
            require_spark()

    def test_takes_java_17_and_refuses_an_older_one(self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
        for version, folder in (("17.0.2", tmp_path / "new"), ("11.0.2", tmp_path / "old")):
            folder.mkdir()
            fake_java(folder, f'openjdk version "{version}" 2020-01-01')
        monkeypatch.setenv("JAVA_HOME", str(tmp_path / "new"))
        require_spark()
        monkeypatch.setenv("JAVA_HOME", str(tmp_path / "old"))
        with pytest.raises(SparkUnavailableError, match="现有版本为 11"):
            require_spark()


def test_refuses_before_reading_anything(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(spark, "find_spec", lambda _name: None)
    with pytest.raises(SparkUnavailableError):
        oversee_files(path=tmp_path / "none", out=tmp_path / "out", as_of=date(2026, 11, 20), engine="spark")
    assert not (tmp_path / "out").exists()


def test_leaves_to_the_site_what_it_has_set(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "spark-defaults.conf").write_text("# ours\nspark.driver.memory  8g\n\nspark.ui.enabled=true\n")
    monkeypatch.setenv("SPARK_CONF_DIR", str(tmp_path))
    assert site_settings() == {"spark.driver.memory": "8g", "spark.ui.enabled": "true"}
    monkeypatch.setenv("SPARK_CONF_DIR", str(tmp_path / "none"))
    assert site_settings() == {}
