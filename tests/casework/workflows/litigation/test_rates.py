"""What a loan costs a year, in the ways that people write it."""

from decimal import Decimal

import pytest

from casework.workflows.litigation.text import rates
from casework.workflows.litigation.text.rates import Interest
from casework.workflows.litigation.text.span import Text


def read(content: str) -> Interest:
    interest = Interest()
    rates.read(Text("d", "d.txt", content, [0], "iou"), interest, agreed=True)
    return interest


@pytest.mark.parametrize(
    ("written", "percent"),
    [
        ("年利率12%", "12"),
        ("年化利率为 15.4 %", "15.4"),
        ("借款利率：百分之十/年", "10"),
        ("月利率1.5%", "18"),
        ("月利率12‰", "14.4"),
        ("按每月百分之一计息", "12"),
        ("利息按1%每月计算", "12"),
        ("利率为8%", "8"),
        ("日利率万分之三", "10.95"),
        ("月息2分", "24"),
        ("月息二分", "24"),
        ("月息1分5厘", "18"),
        ("月息一分五", "18"),
        ("月息1.5分", "18"),
        ("月利一分半", "18"),
        ("按两分利计算", "24"),
        ("利息2分", "24"),
        ("利息按月息贰分计算", "24"),
        ("年息一分", "10"),
        ("年息1分2厘", "12"),
        ("月息8厘", "9.6"),
        ("年利8厘", "8"),
        ("利息按年息八厘计算", "8"),
        ("利息按年息一分计算", "10"),
        ("约定一分五的利息", "18"),
        ("约定利息为月利率2分，按季付息", "24"),
        ("借期1年，利率10%，到期还本付息", "10"),
    ],
)
def test_a_rate_in_every_way_of_writing_it(written: str, percent: str) -> None:
    assert read(f"今借到张三人民币10万元，{written}。").annual == Decimal(percent) / 100


@pytest.mark.parametrize(
    "written",
    ["利息分三期支付", "还款10分钟后到账", "不计利息", "利息已付清", "其中三分之一为利息", "逾期按年利率15%计息"],
)
def test_what_is_no_rate_before_it_is_late(written: str) -> None:
    assert read(f"今借到张三人民币10万元，{written}。").annual is None


@pytest.mark.parametrize(
    ("written", "field", "value"),
    [
        ("逾期按年利率15%支付逾期利息", "overdue", "0.15"),
        ("逾期还款的，按月利率2%计收利息", "overdue", "0.24"),
        ("若未按期归还，按月息2分计息", "overdue", "0.24"),
        ("逾期利率在约定利率基础上加收50%", "more", "1.5"),
        ("逾期利息按借款利率上浮百分之三十计算", "more", "1.3"),
        ("逾期按约定利率的1.5倍计息", "more", "1.5"),
        ("按合同签订时一年期贷款市场报价利率（LPR）的2倍计算利息", "lpr", "2"),
        ("利息按LPR四倍计算", "lpr", "4"),
        ("利息按四倍LPR计算", "lpr", "4"),
        ("利息按同期一年期LPR计算", "lpr", "1"),
        ("逾期按一年期LPR的四倍支付利息", "late_lpr", "4"),
        ("逾期利息按照逾期时一年期贷款市场报价利率计算", "late_lpr", "1"),
        ("每月支付利息2000元", "yearly_sum", "24000"),
        ("利息每月1500元", "yearly_sum", "18000"),
    ],
)
def test_late_interest_and_rates_that_are_no_per_cent(written: str, field: str, value: str) -> None:
    assert getattr(read(f"今借到张三人民币10万元，{written}。"), field) == Decimal(value)


def test_a_daily_penalty_beside_the_rate_is_no_surcharge_on_it() -> None:
    assert read("月利率8‰，逾期后每日再加收万分之二的违约金。").more is None
    assert read("月利率8‰，逾期加收50%的罚息。").more == Decimal("1.5")


@pytest.mark.parametrize(
    ("written", "yearly"),
    [("利息每年30,000元", 30_000), ("每日利息60元", 21_900), ("每月付息3,000元", 36_000)],
)
def test_a_sum_as_interest_stands_for_that_of_a_year(written: str, yearly: int) -> None:
    assert read(written).yearly_sum == yearly


def test_interest_may_be_told_for_each_ten_thousand_or_as_times_a_banks_rate() -> None:
    assert read("每万元每月利息100元").annual == Decimal("0.12")
    assert read("利息按银行同期贷款利率的两倍计算").lpr == 2
