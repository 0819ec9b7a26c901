"""`train` says what belongs to which engine, before anything is read or started."""

import pytest

from recommender.cli import main

SPARK = ["train", "--engine", "spark"]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["train", "--master", "local[2]"], "--master is for --engine spark."),
        (["train", "--spark", "spark.a=b"], "--spark is for --engine spark."),
        (["train", "--held-out", "5"], "--held-out is for --engine spark."),
        (["train", "--data", "s3a://b/f"], "s3a://b/f is an address; only --engine spark reads"),
        (SPARK, "Spark reads from a folder or an address: name it with --data."),
        ([*SPARK, "--data", "x", "--with-visitors"], "--with-visitors is for --engine local."),
        ([*SPARK, "--data", "x", "--held-out", "0"], "--held-out must be 1 or more"),
        ([*SPARK, "--data", "x", "--spark", "memory=1"], "'memory=1' is no setting of Spark"),
        (
            [*SPARK, "--data", "x", "--algorithm", "nmf"],
            "The engine spark fits taste-als and explicit-als, not nmf.",
        ),
    ],
)
def test_what_the_other_engine_would_do_is_refused(words, said, capsys, tmp_path):
    assert main([*words, "--models", str(tmp_path)]) == 1
    assert said in capsys.readouterr().err
