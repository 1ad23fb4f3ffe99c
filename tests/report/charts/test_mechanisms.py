from tests.figures.surveys import case, survey
from tests.report.editions import edition
from trigpoint.report.charts.mechanisms import CHART


def test_the_longest_bar_stands_first_and_the_text_says_all() -> None:
    cases = [case(str(number), state="blocked", mechanisms="tls.reset") for number in range(2)]
    rows = CHART.rows(edition(survey(*cases, case("x", state="blocked", mechanisms="dns.nxdomain"))))
    assert rows.rows() == [("tls.reset", 2), ("dns.nxdomain", 1)]
    assert CHART.describe(rows) == "Verdicts by mechanism, longest bar first: tls.reset 2, dns.nxdomain 1."
