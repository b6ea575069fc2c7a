"""What befalls the server, and what the office does meanwhile. Each returns whether it really happened."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.catalog.packs import CHANGE, CORRECTION
from sync.movement import VIRTUAL
from tests.simulation.packs import Case
from tests.simulation.worker import Worker

if TYPE_CHECKING:
    from tests.simulation.story import Story


def back_up(story: Story, worker: Worker) -> bool:
    """The night's copy of the database."""
    story.server.storage.back_up()
    story.backed_up = True
    return True


def restore(story: Story, worker: Worker) -> bool:
    """The server is put back to its backup: it forgets what came since."""
    if not story.backed_up:
        return False
    story.server.restore()
    story.backed_up = False
    return True


def upgrade(story: Story, worker: Worker) -> bool:
    """The server's next release asks for a newer app: phones pull no more, but push what they hold."""
    if story.upgraded:
        return False
    story.upgraded = True
    story.server.ask_for(2)
    return True


def merge(story: Story, worker: Worker) -> bool:
    """The office finds that two items are one."""
    if story.backed_up:
        return False
    first, second, _ = story.places.plain
    story.server.change_item(second, survivor_id=first)
    return True


def archive(story: Story, worker: Worker) -> bool:
    """The office archives an item that is still on the floor."""
    if story.backed_up or story.archived:
        return False
    story.archived = True
    story.server.change_item(story.places.plain[2], archived_at=story.server.clock.now_at)
    return True


def steal(story: Story, worker: Worker) -> bool:
    """A phone is reported stolen, though the worker goes on using it for a while."""
    if story.mistrusted or story.backed_up:
        return False
    now = story.server.clock.now_at
    story.server.change_device(worker.phone.name, revoked_at=now, stolen_at=now)
    story.mistrusted = True
    return True


def disable(story: Story, worker: Worker) -> bool:
    """A person's account is closed, though they go on working for a while."""
    if story.mistrusted or story.backed_up:
        return False
    story.server.change_person(worker.person, disabled_at=story.server.clock.now_at)
    story.mistrusted = True
    return True


def demote(story: Story, worker: Worker) -> bool:
    """A person may only look on from now, and goes on working: posted, and told to a supervisor."""
    story.server.change_person(worker.person, role="viewer")
    return True


def change_factor(story: Story, worker: Worker) -> bool:
    """The supplier packs otherwise from now on, and the office says so."""
    case = any_case(story)
    if story.backed_up or case.wrong_since is not None:
        return False
    case.truth = case.other(story.random)
    story.server.change_factor(case, case.truth, CHANGE)
    case.write(story.server.clock.now_at, case.truth)
    return True


def mistake_factor(story: Story, worker: Worker) -> bool:
    """The office says that cases hold another number from now on, and they do not."""
    case = any_case(story)
    if story.backed_up or case.wrong_since is not None:
        return False
    factor = case.other(story.random)
    story.server.change_factor(case, factor, CHANGE)
    case.wrong_since = story.server.clock.now_at
    case.write(case.wrong_since, factor)
    return True


def correct_factor(story: Story, worker: Worker) -> bool:
    """The office finds out that a factor was wrong all along."""
    case = next((case for case in story.places.cases.values() if case.wrong_since is not None), None)
    if story.backed_up or case is None:
        return False
    put_right(story, case)
    return True


def any_case(story: Story) -> Case:
    """One of the packs."""
    return story.random.choice([*story.places.cases.values()])


def put_right(story: Story, case: Case) -> None:
    """Correct a factor. What was booked by it already stays booked, so those shelves must be counted anew."""
    captures = case.correct(story.server.clock.now_at)
    story.server.change_factor(case, case.truth, CORRECTION)
    booked = story.server.recorded(capture.operation for capture in captures)
    cells = {cell for capture in captures if capture.operation in booked for cell in capture.cells}
    story.doubtful |= {cell for cell in cells if cell[2] not in VIRTUAL}
