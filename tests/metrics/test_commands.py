"""The commands: what they print, and one sentence for every wrong call."""

import json
import shutil
from pathlib import Path

import pytest

from board.metrics.__main__ import main
from etl.__main__ import main as etl
from etl.sites import SAMPLES
from tests.office import UNITS, Office

TICKET = "ticket_id,unit_id,reported_at\nT1,L1,2023-05-01\nT2,L1,\n"


@pytest.fixture
def on_sample(sample_data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LANE_BOARD_DATA", str(sample_data))


YEAR = ["--where", "site=laojie", "--since", "2023-01-01", "--until", "2024-01-01", "--format", "json"]


@pytest.mark.usefixtures("on_sample")
def test_the_published_year_of_laojie(capsys: pytest.CaptureFixture[str]) -> None:
    names = ["received", "self_resolved", "escalated", "in_hand", "resolved", "open", "self_rate"]
    assert main(["show", *names, *YEAR]) == 0
    answer = json.loads(capsys.readouterr().out)
    [row] = answer["rows"]
    assert [row[name] for name in names[:-1]] == [513, 359, 144, 10, 503, 10]
    assert f"{row['self_rate'] * 100:.2f}" == "69.98" and row["self_rate_n"] == 513
    assert answer["version"] == 1 and set(answer["sites"]) == {"laojie"}
    assert answer["sites"]["laojie"]["last_day"] == "2023-12-31"
    assert answer["scope"] == {"since": "2023-01-01", "until": "2024-01-01", "where": {"site": ["laojie"]}}


@pytest.mark.usefixtures("on_sample")
def test_rows_carry_codes_and_no_sample_is_null(capsys: pytest.CaptureFixture[str]) -> None:
    main(["show", "received", "satisfaction_rate", "--by", "lane", "--by", "month", *YEAR])
    rows = json.loads(capsys.readouterr().out)["rows"]
    assert {"lane": "LJ-X01", "month": "2023-01"}.items() <= rows[0].items() or rows[0]["lane"].startswith("LJ")
    assert any(row["satisfaction_rate"] is None and row["satisfaction_rate_n"] == 0 for row in rows)


@pytest.mark.usefixtures("on_sample")
def test_compare_csv_and_table(capsys: pytest.CaptureFixture[str]) -> None:
    scope = ["--where", "site=laojie", "--since", "2023-12-01", "--until", "2024-01-01"]
    assert main(["show", "received", *scope, "--compare", "previous", "--format", "csv"]) == 0
    head, line = capsys.readouterr().out.strip().splitlines()
    assert head == "received,received_before,received_change"
    now, before, change = (float(cell) for cell in line.split(","))
    assert now - before == change
    assert main(["show", "on_time_rate", "--variant", "A", *scope, "--lang", "zh"]) == 0
    assert "按时率 A（已办结）" in capsys.readouterr().out


def test_an_interval_stands_beside_its_own_rate(office: Office, capsys: pytest.CaptureFixture[str]) -> None:
    """L1 has tickets without a limit, so that the rate knows no row of it: 1 of 1 at L2 is 20.7 % to 100 %."""
    tickets = (
        "ticket_id,unit_id,class,reported_at,resolved_at\nT1,L1,,2023-05-08,\nT2,L2,general,2023-05-08,2023-05-09\n"
    )
    office.site(unit=UNITS, ticket=tickets + "T3,L1,,2023-06-08,\n").load()
    assert main(["show", "received", "on_time_rate", "--by", "lane"]) == 0
    one, two = capsys.readouterr().out.splitlines()[1:3]
    assert one.split() == ["L1", "Lane", "one", "2", "no", "sample", "0"]
    assert two.split() == ["L2", "Lane", "two", "1", "100.0", "%", "20.7", "%", "–", "100.0", "%", "1", "1"]


def test_variants_side_by_side_and_compared(office: Office, capsys: pytest.CaptureFixture[str]) -> None:
    tickets = "ticket_id,unit_id,reported_at\nT1,L1,2023-05-08\nT2,L1,2023-05-08\nT3,L2,2023-05-09\n"
    office.site(unit=UNITS, ticket=tickets, exclusion="ticket_id,excluded_on\nT2,2023-05-09\n").load()
    assert main(["show", "received", "--variant", "all", "--by", "lane"]) == 0
    told = [line.split() for line in capsys.readouterr().out.splitlines()]
    assert told[1] == ["lane", "as", "configured", "unadjusted"]
    assert told[2:4] == [["L1", "Lane", "one", "1", "#1", "2", "#1"], ["L2", "Lane", "two", "1", "#1", "1", "#2"]]
    scope = ["--since", "2023-05-09", "--until", "2023-05-10", "--compare", "previous"]
    assert main(["show", "received", "resolution_rate", "--variant", "all", *scope]) == 0
    said = capsys.readouterr()
    assert said.out.splitlines()[1].split()[:3] == ["1", "1", "0"] and said.err.count("Resolution rate") == 1


def test_what_cannot_apply_is_no_missing_sample(office: Office, capsys: pytest.CaptureFixture[str]) -> None:
    ticket = "ticket_id,reported_at\nT1,2023-05-08\n"
    office.site(toml='name = "Town"', ticket=ticket).load()
    assert main(["show", "self_rate", "reopen_rate", "on_time_rate"]) == 0
    assert capsys.readouterr().out.splitlines()[1].count("not applicable") == 2
    office.site("village", unit=UNITS, ticket=ticket).load()  # which has a ladder
    assert main(["show", "received", "self_rate", "--by", "site"]) == 0
    town, village = capsys.readouterr().out.splitlines()[1:3]
    assert town.split()[:4] == ["town", "1", "not", "applicable"] and "0.0 %" in village


@pytest.mark.usefixtures("on_sample")
def test_totals_and_list(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["totals"]) == 0
    assert "513" in capsys.readouterr().out
    assert main(["list", "--lang", "zh"]) == 0
    assert "received\t受理件数\t本期受理的有效工单。" in capsys.readouterr().out


@pytest.mark.usefixtures("on_sample")
@pytest.mark.parametrize(
    ("call", "sentence"),
    [
        (["show", "receivd"], "There is no metric 'receivd'; did you mean received"),
        (["show", "received", "--by", "colour"], "received has no dimension 'colour'"),
        (["show", "received", "--where", "noise"], "'noise' is no filter; write it as category=noise."),
        (["show", "received", "--since", "2023-13-01"], "'2023-13-01' is no day; write it as 2023-12-31."),
        (
            ["show", "received", "--since", "2023-02-01", "--until", "2023-01-01"],
            "The period from 2023-02-01 to",
        ),
        (["show", "received", "--variant", "A"], "received has no variant 'A'; there are unadjusted."),
        (["show", "on_time_rate", "--variant", "D"], "on_time_rate has no variant 'D'; there are A, B"),
        (["show", "visits", "--variant", "A"], "visits has one reading only."),
        (["show", "received", "--compare", "year"], "A comparison needs both a first and a last day."),
        (["show", "received", "--where", "site=atlantis"], "There is no site 'atlantis'; known are guzhen, "),
        (["show", "received", "--where", "site=laoji"], "There is no site 'laoji'; did you mean laojie?"),
        (
            ["show", "received", "--where", "category=噪音"],
            "There is no category '噪音'; known are ",
        ),
        (["show", "received", "--since", ""], "'' is no day; write it as 2023-12-31."),
        (["show", "received", "--since", "0001-01-01", "--until", "0002-01-01"], "'0001-01-01' is no day"),
        (
            ["show", "received", "--where", "month=2023-05", "--compare", "year"],
            "A comparison is of one period",
        ),
        (["totals", "--site", "atlantis"], "There is no site 'atlantis'; known are guzhen"),
        (["show", "received", "--where", "week=2023-W99"], "'2023-W99' is no week; write it as 2023-W50."),
        (["show", "received", "--where", "day=foo"], "'foo' is no day; write it as 2023-12-31."),
        (["show", "received", "--where", "hour=24"], "'24' is no hour; write it as 00 … 23."),
        (["show", "received", "--where", "quarter=2023-Q5"], "'2023-Q5' is no quarter; write it as 2023-Q4."),
        (["show", "received", "--where", "lane=新街社区"], "There is no lane '新街社区'; "),
    ],
)
def test_a_wrong_call_gets_one_sentence(call: list[str], sentence: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(call) == 2
    said = capsys.readouterr()
    assert said.out == "" and said.err.startswith(sentence) and said.err.count("\n") == 1


def test_a_unit_may_be_asked_for_by_its_name_and_is_answered_with_its_code(
    office: Office, capsys: pytest.CaptureFixture[str]
) -> None:
    office.site(unit=UNITS, ticket=TICKET).load()
    assert main(["show", "received", "--where", "lane=Lane two"]) == 2
    assert capsys.readouterr().err == "There is no lane 'Lane two'; did you mean L2?\n"


def test_a_folder_that_cannot_be_read_gets_one_sentence(
    office: Office, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    file = office.data / "a file"
    file.parent.mkdir(exist_ok=True)
    file.write_text("")
    monkeypatch.setenv("LANE_BOARD_DATA", str(file))
    for command, call in ((main, ["show", "received"]), (main, ["totals"]), (etl, ["status"]), (etl, ["load"])):
        assert command(call) == 1
        assert capsys.readouterr().err.count("\n") == 1


def test_the_metrics_are_listed_before_anything_is_loaded(office: Office, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["list"]) == 0
    assert "received\tReceived\t" in capsys.readouterr().out


def test_an_empty_argument_is_no_folder_and_no_site(office: Office, capsys: pytest.CaptureFixture[str]) -> None:
    office.site(ticket=TICKET)
    with pytest.raises(SystemExit) as stopped:
        etl(["load", "", "--site", "town"])
    assert stopped.value.code == 2 and "an empty text names no file" in capsys.readouterr().err
    assert etl(["load", "--site", ""]) == 2
    assert capsys.readouterr().err == "There is no site ''; known are town.\n"


def test_a_code_of_the_office_has_its_word_and_is_no_formula(
    office: Office, capsys: pytest.CaptureFixture[str]
) -> None:
    labels = '[labels.category]\nbikes = {zh = "共享单车", en = "Shared bikes"}\n'
    rows = "ticket_id,category,reported_at\nT1,bikes,2023-05-01\nT2,=1+1,2023-05-01"
    office.site(toml=f'name = "Town"\n{labels}', ticket=rows).load()
    assert main(["show", "received", "--by", "category", "--lang", "zh"]) == 0
    assert "bikes 共享单车" in capsys.readouterr().out
    assert main(["show", "received", "--by", "category", "--format", "csv"]) == 0
    assert capsys.readouterr().out.splitlines() == ["category,received", "'=1+1,1", "bikes,1"]
    assert main(["show", "received", "--where", "category=bikes|=1+1", "--format", "csv"]) == 0
    assert capsys.readouterr().out.splitlines() == ["received", "2"]


def test_nothing_loaded_yet(office: Office, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["show", "received"]) == 1
    assert etl(["status"]) == 1
    assert capsys.readouterr().err == "Nothing has been loaded yet; run python -m etl load.\n" * 2


def test_load_prints_each_account_and_exits_0_with_held_rows(
    office: Office, capsys: pytest.CaptureFixture[str]
) -> None:
    office.site(unit=UNITS, ticket=TICKET)
    assert etl(["load"]) == 0
    out = capsys.readouterr().out
    assert "town/ticket.csv: read 2 = loaded 1 + unchanged 0 + superseded 0 + held 1" in out
    assert "Published version 1." in out
    assert etl(["load", "--lang", "zh"]) == 0
    assert capsys.readouterr().out == "没有新内容：文件、映射与设置均无变化。\n"
    assert etl(["held"]) == 0
    assert "town/ticket.csv, line 3: has no time of report" in capsys.readouterr().out
    assert etl(["status", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["sites"][0]["held"] == 1
    assert etl(["rebuild"]) == 0


def test_held_rows_are_written_with_the_sources_own_columns(office: Office, tmp_path: Path) -> None:
    office.site(unit=UNITS, ticket="ticket_id,unit_id,reported_at,remark\n=1+1,L1,,see\n".replace(",remark", ",title"))
    office.load()
    assert etl(["held", "--out", str(tmp_path / "out")]) == 0
    [file] = (tmp_path / "out").glob("held-town-ticket-*.csv")
    text = file.read_text("utf-8-sig")
    head, row = text.strip().splitlines()
    assert head == "held_id,held_file,held_line,held_reasons,ticket_id,unit_id,reported_at,title"
    assert row.split(",", 1)[1] == "ticket.csv,2,has no time of report: reported_at,'=1+1,L1,,see"


def test_wrong_paths_and_sites_get_a_sentence_and_the_rest_is_loaded(
    office: Office, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    office.site(unit=UNITS)
    section = '[ticket]\npattern = "ticket*.csv"\ntable = "ticket"\ncolumns = {columns}\n'
    office.remap(
        "", section.format(columns='{ticket_id = "ticket_id", unit_id = "unit_id", reported_at = "reported_at"}')
    )
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "ticket1.csv").write_text(TICKET)
    (elsewhere / "ticket2.csv").write_text("")
    (elsewhere / "ticket3.csv").write_text("a,b\n1,2\n")
    assert etl(["load", str(elsewhere), str(tmp_path / "gone.csv"), "--site", "town"]) == 1
    said = capsys.readouterr()
    assert f"town: {elsewhere / 'ticket1.csv'}: read 2 = loaded 1" in said.out
    assert said.err.splitlines() == [
        f"{tmp_path / 'gone.csv'}: There is no such file.",
        f"town: {elsewhere / 'ticket2.csv'}: The file is empty.",
        f"town: {elsewhere / 'ticket3.csv'}: The file has none of the columns reported_at, ticket_id, unit_id.",
    ]
    assert office.rows("select count(*) from mart.ticket") == [(1,)]
    assert etl(["load", "--site", "atlantis"]) == 2
    assert etl(["load", str(elsewhere / "ticket1.csv")]) == 1
    assert capsys.readouterr().err.splitlines() == [
        "There is no site 'atlantis'; known are town.",
        f"{elsewhere / 'ticket1.csv'}: This lies in no inbox; say which site it belongs to with --site.",
    ]
    (office.data / "sites" / "harbour").mkdir()
    (office.data / "sites" / "harbour" / "site.toml").write_text("nmae = 1")
    assert etl(["load", "--site", "harbour"]) == 1
    assert "site.toml of harbour" in capsys.readouterr().err
    for folder in SAMPLES.values():
        shutil.copytree(folder, office.data / "sites" / folder.name)
    (office.data / "sites" / "town" / "site.toml").write_text("calendar = “cn”")
    assert etl(["load"]) == 1
    assert etl(["rebuild"]) == 1
    assert "Nothing was published: town was loaded before and cannot be read now." in capsys.readouterr().err
    assert office.rows("select site, count(*) from mart.ticket group by 1") == [("town", 1)]


def test_a_site_without_a_file_says_so(office: Office, capsys: pytest.CaptureFixture[str]) -> None:
    office.site(sources="")
    assert etl(["load"]) == 0
    assert "town/inbox: There is no file in this inbox." in capsys.readouterr().out


def test_a_site_that_cannot_be_used_is_named_and_the_others_are_loaded(
    office: Office, capsys: pytest.CaptureFixture[str]
) -> None:
    office.site("broken", toml='name = "B"\nlane = "road"')
    office.site("other", toml='name = "B"\nladder = ["community"]')
    office.site(ticket=TICKET)
    assert etl(["load"]) == 1
    first, second = capsys.readouterr().err.splitlines()
    assert first.startswith("site.toml of broken: unknown value 'road' - at `lane`")
    assert second == "site.toml of other: the ladder must begin with steward"
    assert etl(["load", "--lang", "zh"]) == 1
    assert "other 的 site.toml：ladder 必须以 steward 开头" in capsys.readouterr().err
    assert office.rows("select site from mart.site") == [("town",)]


def test_an_empty_data_folder_gets_the_samples(office: Office, capsys: pytest.CaptureFixture[str]) -> None:
    assert etl(["load"]) == 0
    assert "the five sample sites were written there" in capsys.readouterr().out
    assert len(office.rows("select site from mart.site where sample")) == 5


@pytest.mark.parametrize("call", [["lod"], ["show"], [], ["sample", "--tickets", "-3"]])
def test_a_wrong_command_exits_2(call: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    for command in (main, etl):
        with pytest.raises(SystemExit) as stopped:
            command(call)
        assert stopped.value.code == 2
    capsys.readouterr()


def test_nothing_in_a_name_is_taken_for_markup(office: Office, capsys: pytest.CaptureFixture[str]) -> None:
    office.site(
        unit=UNITS.replace("Lane two", "[/b] :house: two"), ticket=f"{TICKET.strip()}\nT3,L2,2023-05-02\n"
    ).load()
    assert main(["show", "received", "--by", "lane", "--where", "site=town"]) == 0
    assert "L2 [/b] :house: two" in capsys.readouterr().out
