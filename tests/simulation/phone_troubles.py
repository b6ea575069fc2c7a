"""What befalls a phone. Each returns whether it really happened."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.simulation.clock import DAY_MS, HOUR_MS
from tests.simulation.durable import Durable
from tests.simulation.phone import Phone
from tests.simulation.worker import Worker

if TYPE_CHECKING:
    from tests.simulation.story import Story


def kill(story: Story, worker: Worker) -> bool:
    """The app's process dies. Not with facts stamped by a clock that only this process can correct."""
    phone = worker.phone
    if not phone.may_die():
        return False
    phone.kill()
    return True


def reboot(story: Story, worker: Worker) -> bool:
    """The phone is off for a while; then its monotonic clock begins anew under another boot's name."""
    if not kill(story, worker):
        return False
    story.server.clock.pass_time(story.random.randint(0, HOUR_MS))
    worker.phone.clock.start_session()
    return True


def log_out(story: Story, worker: Worker) -> bool:
    """The screen is locked; nothing else happens."""
    worker.phone.log_out()
    return True


def hand_over(story: Story, worker: Worker) -> bool:
    """Another person takes the phone: what was captured before stays theirs who captured it."""
    worker.phone.actor = story.random.choice(story.workers).person
    return True


def clone(story: Story, worker: Worker) -> bool:
    """The phone's storage is copied to a second phone that goes on under the same name."""
    if len(story.workers) > 6:
        return False
    original = worker.phone
    twin = Phone(original.name, original.credential, story.network, original.clock.copy(), story.bugs)
    twin.durable = original.durable.copy()
    twin.actor, twin.first_cursor = original.actor, original.first_cursor
    twin.guessed = original.guessed
    story.workers.append(Worker(twin, story.shelf, story.places, story.random, worker.person))
    return True


def roll_back(story: Story, worker: Worker) -> bool:
    """The phone's storage falls back to an earlier state, after what it lost had been delivered.

    Not while a backup waits: what a phone and its server both forgot nobody can bring back.
    """
    phone = worker.phone
    remembered = story.memories.pop(phone, None)
    if story.backed_up or remembered is None or not phone.sync():
        return False
    phone.durable = remembered
    phone.kill()
    return True


def lose_record(story: Story, worker: Worker) -> bool:
    """The storage loses a record of something that never happened; the mirror of its number tells."""
    phone = worker.phone
    before = phone.durable.copy()
    phone.lose(before, worker.blunder())
    return True


def evict(story: Story, worker: Worker) -> bool:
    """The storage is wiped; the credential survives it, or the person signs in on what is a new device."""
    phone = worker.phone
    if story.backed_up or not phone.sync() or phone.durable.outbox:
        return False
    if story.random.random() < 0.5:
        story.retired.append(phone)
        worker.phone = story.new_phone(f"{story.seed}-again-{len(story.retired)}", worker.person)
        return True
    phone.durable = Durable(cursor=phone.first_cursor)
    phone.clock.start_session()
    phone.clock.measured = False  # the offset went with the storage
    return True


def set_clock(story: Story, worker: Worker) -> bool:
    """Somebody sets the phone's clock while the app is open and nothing unsent was stamped by it."""
    phone = worker.phone
    if not phone.sync() or phone.durable.outbox:
        return False
    phone.clock.be_set(story.random.randint(-DAY_MS, DAY_MS))
    return True


def cut_off(story: Story, worker: Worker) -> bool:
    """All phones lose the network one by one, a step apart, and get it back in another order."""
    if story.outage:
        return False
    phones = [each.phone for each in story.workers]
    back = story.random.sample(phones, len(phones))
    story.outage = [(phone, False) for phone in phones] + [(phone, True) for phone in back]
    story.coverage["restored in another order"] += back != phones
    return True
