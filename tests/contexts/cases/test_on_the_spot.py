"""An officer on a phone files a penalty on the spot: from sign-in to the decision handed over, by thumb."""

import re
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import pytest
from django.utils import timezone
from PIL import Image, ImageDraw

from mingjing.contexts.accounts.access import ForbiddenError
from mingjing.contexts.accounts.models import User
from mingjing.contexts.cases.models import Case, Draft, Event
from mingjing.contexts.cases.usecases.base import CaseError, UnrecordedError
from mingjing.contexts.cases.usecases.handing import awaited, hand_over, issue_on_the_spot
from mingjing.contexts.documents.models import Document, Letterhead
from mingjing.contexts.media.models import Recording
from mingjing.contexts.registry.models import Device
from mingjing.contexts.registry.searching import note
from mingjing.domain.documents.values import missing
from mingjing.kernel.errors import DomainError
from tests.contexts.browsing import NARROW, OpenPage, overflow, violations
from tests.contexts.cases.conftest import Office, film, item_in_force
from tests.contexts.thumb import Thumb

pytestmark = pytest.mark.django_db

KEPT = Path(__file__).parents[3] / "var/walks/on-the-spot"
PASSWORD = "correct horse 9"
LIMIT_SECONDS = 120

# 李, more or less: what a finger draws
NAME: Sequence[Sequence[tuple[float, float]]] = (
    ((0.30, 0.28), (0.46, 0.27)), ((0.38, 0.16), (0.38, 0.46)), ((0.38, 0.28), (0.29, 0.42)),
    ((0.38, 0.29), (0.48, 0.41)), ((0.32, 0.52), (0.45, 0.51), (0.38, 0.60)), ((0.38, 0.60), (0.39, 0.80), (0.34, 0.76)),
    ((0.27, 0.66), (0.50, 0.64)), ((0.58, 0.30), (0.75, 0.28)), ((0.66, 0.20), (0.60, 0.60)), ((0.56, 0.52), (0.80, 0.50)),
    ((0.68, 0.50), (0.67, 0.84)),
)  # fmt: skip


def picture(file: Path, words: str, shade: tuple[int, int, int]) -> Path:
    """A photo as a phone takes it: large, and with something on it."""
    image = Image.effect_noise((1600, 1200), 40).convert("RGB")
    image = Image.blend(image, Image.new("RGB", image.size, shade), 0.7)
    drawn = ImageDraw.Draw(image)
    drawn.rectangle((300, 250, 1300, 950), fill=(245, 240, 225), outline=(90, 70, 50), width=12)
    drawn.text((420, 540), words, fill=(60, 40, 30), font_size=120)
    image.save(file, "JPEG", quality=85)
    return file


def sign_in(thumb: Thumb, name: str) -> None:
    thumb.write("input[name=username]", name)
    thumb.write("input[type=password]", PASSWORD)
    thumb.tap("main button.btn-primary")
    thumb.page.wait_for_url(lambda url: "sign-in" not in url)


@pytest.fixture
def street(office: Office) -> Office:
    """The office with a camera, a letterhead, a neighbour's business, and a case that both officers had before."""
    office.party.uscc, office.party.legal_person = "91370831MA3XYZ1234", "李建军"
    office.party.address = "泗水县泗河街道中兴路 18 号"
    office.party.save()
    note([office.party])
    for code, name in (
        ("MR-106", "对餐饮服务提供者未公示食品经营许可证的处罚"),
        ("MR-107", "对使用超过检定周期计量器具的处罚"),
    ):
        item_in_force(
            office.unit, {"name": name, "kind": "penalty", "basis": ["某条例第八条"], "flow": "penalty_ordinary"}, code
        )
    Letterhead.objects.create(
        unit=office.unit,
        name=office.unit.name,
        mark="泗市监",
        address="泗水县圣华路 2 号",
        phone="0537-4221234",
        reconsideration="泗水县人民政府",
        court="泗水县人民法院",
        account="泗水县财政局非税收入专户 6228 0000 0000 0000",
    )
    Device.objects.create(
        number="手机-0021", kind="terminal", model="执法终端", serial="SN0021", unit=office.unit,
        acquired_on=date(2024, 1, 1), holder=office.officers["one"], status="issued",
    )  # fmt: skip
    office.at = timezone.now()
    office.open()
    return office


@pytest.mark.browser
@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
@pytest.mark.requirement("LC-34")
def test_a_penalty_on_the_spot_takes_less_than_two_minutes(street: Office, open_page: OpenPage, tmp_path: Path) -> None:
    KEPT.mkdir(parents=True, exist_ok=True)
    for old in KEPT.glob("*.png"):
        old.unlink()
    photos = [
        picture(tmp_path / "1.jpg", "菜单无价格", (150, 110, 80)),
        picture(tmp_path / "2.jpg", "收银台", (90, 120, 140)),
    ]
    thumb = Thumb(page=open_page("/sign-in/", size=NARROW), folder=KEPT)
    page = thumb.page
    thumb.shoot("sign-in")
    sign_in(thumb, "one")
    seen(thumb, "my-work")

    thumb.go("main a:has-text('当场处罚')", "**/cases/on-the-spot/")
    thumb.tap("label:has-text('未明码标价')")
    thumb.write("#party-words", "老李")
    thumb.until("label:has-text('泗水老李餐饮有限公司')")
    thumb.tap("label:has-text('泗水老李餐饮有限公司')")
    seen(thumb, "what-and-who", full=True)
    thumb.go("button:has-text('开始现场办理')", "**/steps/**")

    thumb.tap("label:has-text('是') >> nth=0")
    thumb.tap("[data-phrases='id_a-findings'] button")
    thumb.photograph(".case-shoot input[type=file]", *photos)
    thumb.until("[data-queue-list] [data-phase=done] >> nth=1", 30)
    # the recorder on the officer's chest sends what it filmed by itself
    film(street, Draft.objects.get(step="inspection"), "inspection")
    seen(thumb, "what-was-found", full=True)
    onward(thumb, "现场查实", "当场告知")

    page.select_option("[name=a-tier]", "轻微")
    thumb.taps, thumb.human = thumb.taps + 2, thumb.human + 2.4
    thumb.write("[name=a-fine_fen]", "100")
    thumb.tap("[data-phrases='id_a-content'] button")
    thumb.until("text=法定条件已经满足")
    seen(thumb, "proposal", full=True)
    onward(thumb, "当场告知", "听取陈述申辩")

    thumb.tap("[data-phrases='id_a-content'] button >> nth=0")
    seen(thumb, "statement")
    onward(thumb, "听取陈述申辩", "当场处罚决定")

    thumb.tap("[data-phrases='id_a-payment_mode'] button >> nth=0")
    thumb.until("text=法定条件已经满足")
    seen(thumb, "decision", full=True)
    thumb.go("button:has-text('当场处罚决定')", "**/hand-over/")

    seen(thumb, "check-paper", full=True)
    thumb.tap("button:has-text('制发并签名')")
    thumb.until("canvas")
    seen(thumb, "signed-by-officer")
    colleague_signs(thumb, open_page)
    page.reload()
    thumb.sign("canvas", NAME)
    seen(thumb, "party-signs")
    thumb.tap("button:has-text('签收，当场交付')")
    thumb.until("text=当场交付完成")
    seen(thumb, "handed-over")

    case = Case.objects.get(procedure_code="penalty_summary")
    assert case.fine_fen == 10_000
    assert Recording.objects.filter(subject_code=case.code, kind="photo", hashed_on_device=True).count() == 2
    decision = Document.objects.get(kind="summary_penalty_decision")
    assert decision.served_on == timezone.localdate()
    assert set(decision.signatures.values_list("who", flat=True)) == {"officer", "party"}
    assert decision.signatures.exclude(drawing="").get().name == "李建军"
    assert Event.objects.filter(case=case, type="service", method="in_person").count() == 1
    desk = open_page(f"/cases/{case.code}/", user=User.objects.get(username="one"))
    assert "当场行政处罚决定书" in desk.inner_text("#documents")
    # the two photos, and what the recorder filmed
    assert desk.locator("#recordings li").count() == 3
    desk.screenshot(path=KEPT / "desk.png", full_page=True)

    told = f"{thumb.taps} 次点按，{thumb.seconds:.0f} 秒（其中人 {thumb.human:.0f} 秒）"
    (KEPT / "count.txt").write_text(f"{told}\n", "utf-8")
    assert thumb.seconds < LIMIT_SECONDS, told


def seen(thumb: Thumb, name: str, *, full: bool = False) -> None:
    """Keep the screen; it fits, and is accessible."""
    thumb.shoot(name)
    if full:
        thumb.shoot(f"{name}-whole", full=True)
    with thumb.outside_time():
        assert overflow(thumb.page) <= 0, thumb.page.url
        assert not (found := violations(thumb.page)), found


def onward(thumb: Thumb, label: str, coming: str) -> None:
    """Take the step; the form of the next one follows by itself."""
    thumb.tap(f".case-step-acts button:has-text('{label}')")
    thumb.until(f"h1:has-text('{coming}')")


def colleague_signs(thumb: Thumb, open_page: OpenPage) -> None:
    """The second officer signs on a phone of his own, where the message waits."""
    mine = thumb.page
    thumb.page = open_page("/notifications/", user=User.objects.get(name="李秀英"), size=NARROW)
    thumb.go("main a:has-text('请签名')", "**/sign/officer/")
    thumb.tap("main button.btn-primary")
    thumb.page.wait_for_url(re.compile(r"/documents/[^/]+/$"), wait_until="networkidle")
    thumb.page = mine


class TestHandingOver:
    """What the page calls, without a page."""

    @staticmethod
    def decided(street: Office) -> Case:
        street.at = timezone.now()
        case = street.open("penalty_summary")
        street.go("inspection", findings="现场查见菜单没有标价。", place="泗水县泗河街道中兴路 18 号")
        street.go("prior_notice", tier="轻微", fine_fen="100")
        street.go("statement", outcome="approved", content="没有异议。")
        street.go("decision", tier="轻微", fine_fen="100", payment_mode="十五日内到指定银行缴纳。")
        return case

    def test_the_paper_is_whole_when_the_decision_is_taken(self, street: Office) -> None:
        case = self.decided(street)
        paper = awaited(case)
        assert paper is not None
        assert not missing(paper.kind_data, paper.data)
        assert "当事人陈述、申辩：没有异议。" in paper.data["told"]
        assert paper.data["place"] == "泗水县泗河街道中兴路 18 号"

    def test_nothing_is_handed_over_unsigned(self, street: Office) -> None:
        case = self.decided(street)
        with pytest.raises(CaseError, match="还没有制发"):
            hand_over(actor=street.people["one"], at=street.at, case=case.code, name="李建军", refused="拒绝")
        with pytest.raises(ForbiddenError):
            issue_on_the_spot(actor=street.people["three"], at=street.at, case=case.code)

    def test_who_refuses_is_served_before_a_witness(self, street: Office) -> None:
        case = self.decided(street)
        one = {"actor": street.people["one"], "at": street.at, "case": case.code}
        issue_on_the_spot(**one)
        issue_on_the_spot(**one)  # a second click changes nothing
        with pytest.raises(DomainError, match="见证人"):
            hand_over(**one, name="李建军", refused="当事人拒绝签收")
        with pytest.raises(UnrecordedError, match="SS-30"):
            hand_over(**one, name="李建军", refused="当事人拒绝签收", witnesses=["社区王主任"])
        film(street, None, "service:left")
        done = hand_over(**one, name="李建军", refused="当事人拒绝签收", witnesses=["社区王主任"])
        assert done.method == "left"
        service = Event.objects.get(case=case, type="service")
        assert (service.method, awaited(case)) == ("left", None)
        assert Document.objects.get(code=done.document).signatures.filter(who="officer").count() == 1
