"""Reference tables: ranks by a direct count over the CSV files, and files that come back as they were."""

import csv
import importlib
import json
import subprocess
import sys
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

import numpy as np
import pytest
import qscore.reference
from hypothesis import example, given, settings
from hypothesis import strategies as st
from qscore.errors import InputError
from qscore.reference import ReferenceTable, build_table, load_table, save_table
from qscore.reference.study.published import TABLE_2

FILES = {"emdb": "emdb_va.csv", "pintilie2025": "pintilie2025.csv"}
COLUMNS = ("resolution", "q", "count")


def exact(text: str) -> int:
    return int((Decimal(text) * 1000).quantize(Decimal(1), rounding=ROUND_HALF_UP))


@pytest.fixture(scope="module", params=FILES)
def table(request):
    return load_table(request.param)


@pytest.fixture(scope="module")
def counted(table, data):
    """Resolutions and Qs of the CSV file a table was made from, in whole thousandths, read independently."""
    with (data / "reference" / FILES[table.name]).open(newline="") as stream:
        rows = [row for row in csv.DictReader(stream) if row["resolution"]]
    return np.array([exact(row["resolution"]) for row in rows]), np.array([exact(row["q"]) for row in rows])


# resolutions on the 0.1 Å grid, where windows have entries on their edges, and off it
milli = st.one_of(st.integers(8, 110).map(lambda tenth: tenth * 100), st.integers(800, 11000))


@settings(deadline=None)
@example(q=425, d=3100, window=500)
@example(q=1000, d=3000, window=100)
@given(q=st.integers(-200, 1000), d=milli, window=st.sampled_from([0, 100, 200, 500, 1000, 1500]))
def test_percentiles_equal_a_direct_count(table, counted, q, d, window):
    resolutions, scores = counted
    near = np.abs(resolutions - d) <= window
    assert table.relative_all(q / 1000) == 100 * np.count_nonzero(scores < q) / len(scores)
    assert table.entries(d / 1000, window / 1000) == np.count_nonzero(near)
    ranked = table.relative_resolution(q / 1000, d / 1000, window / 1000)
    if np.count_nonzero(near) >= 10:
        assert ranked == 100 * np.count_nonzero(near & (scores < q)) / np.count_nonzero(near)
    else:
        assert np.isnan(ranked)


def test_arrays_are_ranked_as_single_numbers_are(table):
    random = np.random.default_rng(5)
    q, d = random.uniform(-0.2, 1, (20, 10)), random.uniform(0.5, 12, 10)
    ranked = table.relative_resolution(q, d)
    assert ranked.shape == (20, 10)
    one_by_one = [[table.relative_resolution(*pair) for pair in zip(row, d, strict=True)] for row in q]
    np.testing.assert_array_equal(ranked, one_by_one)
    np.testing.assert_array_equal(table.entries(d), [table.entries(x) for x in d])
    np.testing.assert_array_equal(table.relative_all(q[0]), [table.relative_all(x) for x in q[0]])


def test_nan_ranks_as_nan():
    table = load_table()
    assert np.isnan(table.relative_all(np.nan))
    assert np.isnan(table.relative_resolution([0.5, np.nan], [np.nan, 3.0])).all()


def test_table_2_of_the_paper_with_the_default_table():
    table = load_table()
    assert len(TABLE_2) == 7
    for row in TABLE_2:
        assert table.relative_all(row.q) == pytest.approx(row.relative_all, abs=2.6)
        assert table.relative_resolution(row.q, row.resolution) == pytest.approx(row.relative_resolution, abs=1.0)


def test_table_2_of_the_paper_with_the_papers_table(data):
    table = load_table("pintilie2025")
    with (data / "reference" / "pintilie2025.csv").open(newline="") as stream:
        listed = {row["emdb"]: (float(row["q"]), float(row["resolution"])) for row in csv.DictReader(stream)}
    listed["emd_23206"] = (0.360, 7.0)  # one of the two points that the list lacks
    off = [
        abs(table.relative_resolution(*listed[row.entry.lower().replace("-", "_")]) - row.relative_resolution)
        for row in TABLE_2
    ]
    assert np.mean(off) == pytest.approx(1.0, abs=0.1)


def test_the_shipped_tables_are_what_the_script_makes(table, data, monkeypatch):
    monkeypatch.syspath_prepend(str(Path(__file__).resolve().parents[1] / "tools"))
    script = importlib.import_module("build_reference_tables")
    made = script.build(table.name, data / "reference")
    assert (made.name, made.source, made.date, made.dropped) == (table.name, table.source, table.date, table.dropped)
    for column in COLUMNS:
        np.testing.assert_array_equal(getattr(made, column), getattr(table, column))


def test_the_shipped_tables_count_every_usable_row(table, counted):
    assert len(table) == len(counted[0]) == {"emdb": 25322, "pintilie2025": 10188}[table.name]
    assert table.dropped == {"missing": {"emdb": 74, "pintilie2025": 0}[table.name], "out of range": 0}


def test_the_shipped_tables_are_small():
    files = list((Path(qscore.reference.__file__).parent / "tables").iterdir())
    assert sorted(file.name for file in files) == ["emdb.table", "pintilie2025.table"]
    assert sum(file.stat().st_size for file in files) <= 64 * 1024


pairs = st.lists(st.tuples(st.integers(1, 60000), st.integers(-1000, 1000)), min_size=1, max_size=300)


@settings(deadline=None)
@given(pairs)
def test_a_saved_table_is_loaded_as_it_was(tmp_path_factory, entries):
    d, q = np.array(entries).T / 1000
    table = ReferenceTable.from_entries(d, q, name="Ä", source="s", date="2025-01-01", dropped={"missing": 3})
    path = tmp_path_factory.mktemp("table") / "a.table"
    save_table(table, path)
    back = load_table(path)
    for column in COLUMNS:
        np.testing.assert_array_equal(getattr(back, column), getattr(table, column))
    assert (back.name, back.source, back.date, back.dropped) == ("Ä", "s", "2025-01-01", {"missing": 3})
    np.testing.assert_array_equal(np.sort(d), back.points()[0])


def test_a_damaged_file_is_refused_wherever_the_damage_is(tmp_path):
    path = tmp_path / "a.table"
    save_table(load_table("pintilie2025"), path)
    content = path.read_bytes()
    start = content.index(b"Pintilie et al.")  # in the text of the header, which still parses
    for at in (start, content.index(b"\n") + 10, len(content) - 1):
        path.write_bytes(content[:at] + bytes([content[at] ^ 1]) + content[at + 1 :])
        with pytest.raises(InputError, match="damaged"):
            load_table(path)
    path.write_bytes(content[:-100])
    with pytest.raises(InputError, match="damaged"):
        load_table(path)


def test_a_table_of_another_version_is_refused(tmp_path):
    path = tmp_path / "a.table"
    save_table(load_table("pintilie2025"), path)
    header, _, body = path.read_bytes().partition(b"\n")
    path.write_bytes(json.dumps(json.loads(header) | {"version": 2}).encode() + b"\n" + body)
    with pytest.raises(InputError, match="version 2"):
        load_table(path)


@pytest.mark.parametrize(
    "content", [b"", b"resolution,q\n3,0.5\n", b"[]\n", b"{}\n", b"\xff\xfe\x00\n", b"PNG\r\n\x1a\n"]
)
def test_another_file_is_no_table(tmp_path, content):
    path = tmp_path / "a.table"
    path.write_bytes(content)
    with pytest.raises(InputError, match="not a reference table"):
        load_table(path)


def test_an_unknown_table_is_named_with_those_that_exist():
    with pytest.raises(InputError, match="nowhere.*emdb, pintilie2025"):
        load_table("nowhere")


@pytest.mark.parametrize("q", [1.001, -2, np.inf])
def test_an_impossible_q_is_refused(q):
    with pytest.raises(InputError, match="-1 to 1"):
        load_table().relative_all([0.5, q])


@pytest.mark.parametrize("d", [0, -3.0, np.inf, 2000.0])
def test_an_impossible_resolution_is_refused(d):
    for call in (lambda: load_table().relative_resolution(0.5, d), lambda: load_table().entries([3.0, d])):
        with pytest.raises(InputError, match="above 0"):
            call()


@pytest.mark.parametrize("window", [-0.1, np.nan, np.inf])
def test_an_impossible_window_is_refused(window):
    with pytest.raises(InputError, match="window"):
        load_table().entries(3.0, window)


def write(path, *lines):
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


HUNDRED = [f"{2 + k / 100:.2f},{0.7 - k / 1000:.3f}" for k in range(100)]


def test_a_table_from_the_search_api_s_columns(tmp_path):
    lines = [f'EMD-{k},"single particle, helical",{line}' for k, line in enumerate(HUNDRED)]
    path = write(
        tmp_path / "emdb.csv",
        "\ufeffemdb_id,structure_determination_method,resolution,average_qscore_value",
        *lines,
        "EMD-1,x,,0.5",
        "EMD-2,x,3.1,",
        "",
    )
    table = build_table(path)
    assert len(table) == 100
    assert table.dropped == {"missing": 2, "out of range": 0}
    assert (table.name, table.source) == ("emdb", "emdb.csv")


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ("3.1,x", r"'q' in row 102 .* is 'x', not a number"),
        ("nan,0.5", "'resolution' in row 102 .* is 'nan', not a number"),
        ("3.1,1.2", "row 102 .* a Q of 1.2"),
        ("0,0.5", "row 102 .* a resolution of 0 Å"),
        ("-3,0.5", "row 102 .* a resolution of -3 Å"),
    ],
)
def test_a_bad_row_is_named(tmp_path, line, problem):
    path = write(tmp_path / "a.csv", "resolution,q", *HUNDRED, line)
    with pytest.raises(InputError, match=problem):
        build_table(path)


def test_impossible_rows_can_be_left_out_and_are_counted(tmp_path):
    path = write(tmp_path / "a.csv", "resolution,q", *HUNDRED, "0,0.5", "3.1,1.2", "3.1,")
    assert build_table(path, drop_out_of_range=True).dropped == {"missing": 1, "out of range": 2}


def test_columns_that_are_missing_are_named_with_those_found(tmp_path):
    path = write(tmp_path / "a.csv", "resolution,score", *HUNDRED)
    with pytest.raises(InputError, match="resolution, score.*'q'.*'average_qscore_value'"):
        build_table(path)


def test_columns_that_a_table_does_not_need_may_hold_anything(tmp_path):
    path = write(tmp_path / "a.csv", "resolution,q,cc", *(f"{line},n/a" for line in HUNDRED))
    assert len(build_table(path)) == 100


def test_99_entries_are_too_few(tmp_path):
    path = write(tmp_path / "a.csv", "resolution,q", *HUNDRED[1:], "3.0,")
    with pytest.raises(InputError, match="99 entries.*at least 100"):
        build_table(path)


@pytest.mark.parametrize("content", [b"", b"\xff\xfe\x00\x01", b"\x00\x00"])
def test_a_file_that_is_no_csv_is_refused(tmp_path, content):
    (tmp_path / "a.csv").write_bytes(content)
    with pytest.raises(InputError):
        build_table(tmp_path / "a.csv")
    with pytest.raises(InputError, match="cannot read"):
        build_table(tmp_path / "none.csv")


def test_loading_a_table_needs_nothing_heavy():
    code = (
        "import sys; from qscore.reference import load_table; load_table(); "
        "print(sorted({'matplotlib', 'scipy', 'statsmodels', 'pandas', 'gemmi'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
