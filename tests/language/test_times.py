from __future__ import annotations

import pytest

from kiwerk.language.times import find_times


@pytest.mark.parametrize(
    ("text", "times"),
    [
        ("14:30", ["14:30"]),
        ("8:05 Uhr", ["08:05"]),
        ("14.30 Uhr", ["14:30"]),
        ("um 14.30", ["14:30"]),
        ("17 Uhr 30", ["17:30"]),
        ("17h", ["17:00"]),
        ("18h45", ["18:45"]),
        ("24 Uhr", ["00:00 12:00"]),
        ("halb drei", ["02:30 14:30"]),
        ("halb drei nachmittags", ["14:30"]),
        ("Viertel nach zwei", ["02:15 14:15"]),
        ("Viertel vor drei", ["02:45 14:45"]),
        ("viertel drei", ["02:15 14:15"]),
        ("dreiviertel vier", ["03:45 15:45"]),
        ("fünf vor halb neun", ["08:25 20:25"]),
        ("zehn nach drei", ["03:10 15:10"]),
        ("um drei", ["03:00 15:00"]),
        ("drei Uhr fünfzehn", ["03:15 15:15"]),
        ("vierzehn Uhr dreißig", ["14:30"]),
        ("einundzwanzig Uhr", ["21:00"]),
        ("um acht Uhr abends", ["20:00"]),
        ("um acht Uhr morgens", ["08:00"]),
        ("halb eins", ["00:30 12:30"]),
        ("um Mitternacht", ["00:00"]),
        ("9-17 Uhr", ["09:00 21:00", "17:00"]),
        ("von 8:00 bis 16:30 Uhr", ["08:00", "16:30"]),
        ("acht bis zehn Uhr", ["08:00 20:00", "10:00 22:00"]),
        ("1030-1215", ["10:30", "12:15"]),
        ("at 2:30 pm", ["14:30"]),
        ("9am - 11pm", ["09:00", "23:00"]),
        ("12 am", ["00:00"]),
    ],
)
def test_time_is_read_as_people_mean_it(text: str, times: list[str]) -> None:
    found = [" ".join(f"{hour:02}:{minute:02}" for hour, minute in sorted(clock.times)) for clock in find_times(text)]
    assert found == times


@pytest.mark.parametrize(
    "text",
    [
        *("", "24/7", "eine Viertelstunde", "in einer halben Stunde", "um 9 Euro billiger", "um drei Tage", "25:10"),
        *(
            "12:75",
            "ein halbes Dutzend",
            "Version 14.30",
            "14.30 Euro",
            "zwei nach vier",
            "30 Minuten",
            "030 23125 042",
        ),
    ],
)
def test_what_is_no_time_is_left_alone(text: str) -> None:
    assert list(find_times(text)) == []
