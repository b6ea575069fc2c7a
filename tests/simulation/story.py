"""One seed: people work, phones vanish and return, the server dies and comes back, all in a random order."""

from collections import Counter
from random import Random

from sqlalchemy import select, update

from app.database import database, transaction
from app.people.models import Device
from app.stock.models import FeedCounter, Incarnation
from tests.simulation.clock import DAY_MS, HOUR_MS, MINUTE_MS, PhoneClock
from tests.simulation.network import Network
from tests.simulation.phone import Durable, Phone
from tests.simulation.server import Server
from tests.simulation.shelf import Shelf
from tests.simulation.worker import Worker

WORK = (
    *["receive"] * 5,
    *["transfer"] * 5,
    *["pick"] * 4,
    *["count"] * 4,
    *["receive_serial"] * 2,
    *["move_serial"] * 3,
    "count_serials",
    "find_unknown",
    "spoil",
)
TROUBLE = (
    "kill",
    "log_out",
    "clone",
    *["roll_back"] * 3,
    *["set_clock"] * 2,
    *["back_up"] * 2,
    *["restore"] * 3,
    "merge",
    "archive",
    *["steal"] * 2,
    "hand_over",
)


class Story:
    """The actors of one seed and what befalls them."""

    def __init__(self, server: Server, seed: int, steps: int, bugs: set[str] | None = None) -> None:
        self.server, self.seed, self.steps = server, seed, steps
        self.random = Random(seed)
        self.bugs = bugs or set()
        self.coverage: Counter[str] = Counter()
        self.shelf = Shelf()
        self.network = Network(server.flask, self.random, self.coverage)
        server.network = self.network
        self.places = server.furnish(f"{seed}")
        self.workers = [self.hire(n) for n in range(self.random.randint(2, 5))]
        self.mistakes: list[str] = []
        self.backed_up = False
        self.archived = False
        self.stolen: list[str] = []
        self.memories: dict[Phone, Durable] = {}
        """What each phone held when it last began to sync."""

    def hire(self, number: int) -> Worker:
        """A person with a phone that has met the server once."""
        device, credential, person = self.server.enrol(f"{self.seed}-{number}")
        clock = PhoneClock(self.server.clock, self.random)
        phone = Phone(device, credential, self.network, clock, self.bugs)
        phone.actor = person
        with database.engine.connect() as connection:
            phone.first_cursor = connection.execute(select(FeedCounter.position)).scalar_one()
            phone.durable.sid = connection.execute(select(Incarnation.sid)).scalar_one()
        phone.durable.cursor = phone.first_cursor
        phone.durable.offset_ms = -clock.skew_ms
        return Worker(phone, self.shelf, self.places, self.random, person)

    def play(self) -> None:
        """Live through all the steps, then let every fault end and every phone come home."""
        for _ in range(self.steps):
            self.server.clock.pass_time(self.random.choice((11_000, MINUTE_MS, 20 * MINUTE_MS, HOUR_MS)))
            self.step(self.random.choice(self.workers))
        self.come_home()

    def step(self, worker: Worker) -> None:
        """Something happens: mostly work, sometimes a sync, rarely trouble."""
        chance = self.random.random()
        if chance < 0.7:
            self.work(worker)
        elif chance < 0.9:
            self.sync(worker)
        else:
            self.trouble(worker)

    def work(self, worker: Worker) -> None:
        """One act on the floor, or a mistake, or taking a mistake back."""
        if self.random.random() < 0.08:
            self.mistakes.append(worker.blunder())
        elif self.mistakes and self.random.random() < 0.15:
            worker.take_back(self.mistakes.pop())
        else:
            act = self.random.choice(WORK)
            getattr(worker, act)()
            self.coverage[f"act {act}"] += 1

    def sync(self, worker: Worker) -> None:
        """The phone finds a network, of whatever quality; requests of long ago may arrive first."""
        if self.random.random() < 0.2:
            self.network.deliver_stragglers()
        self.memories[worker.phone] = worker.phone.durable.copy()
        worker.phone.sync()
        if self.random.random() < 0.3:
            self.server.clock.pass_time(self.random.randint(0, 2000))

    def trouble(self, worker: Worker) -> None:
        """One of the things that should not happen."""
        kind = self.random.choice(TROUBLE)
        if getattr(self, kind)(worker) is not False:
            self.coverage[f"trouble {kind}"] += 1

    def kill(self, worker: Worker) -> bool | None:
        """The app's process dies. Not with facts stamped by a clock that only this process can correct."""
        phone = worker.phone
        if not phone.clock.measured and phone.durable.outbox:
            return False
        phone.kill()
        return None

    def log_out(self, worker: Worker) -> None:
        worker.phone.log_out()

    def clone(self, worker: Worker) -> bool | None:
        """The phone's storage is copied to a second phone that goes on under the same name."""
        if len(self.workers) > 6:
            return False
        original = worker.phone
        twin = Phone(
            original.name, original.credential, self.network, deepcopy_clock(original.clock), self.bugs
        )
        twin.durable = original.durable.copy()
        twin.actor, twin.first_cursor = original.actor, original.first_cursor
        self.workers.append(Worker(twin, self.shelf, self.places, self.random, worker.person))
        return None

    def roll_back(self, worker: Worker) -> bool | None:
        """The phone's storage falls back to an earlier state, after what it lost had been delivered.

        Not while a backup waits: what a phone and its server both forgot nobody can bring back.
        """
        phone = worker.phone
        remembered = self.memories.pop(phone, None)
        if self.backed_up or remembered is None or not phone.sync():
            return False
        phone.durable = remembered
        phone.kill()
        return None

    def set_clock(self, worker: Worker) -> bool | None:
        """Somebody sets the phone's clock while the app is open and nothing unsent was stamped by it."""
        phone = worker.phone
        if not phone.sync() or phone.durable.outbox:
            return False
        phone.clock.be_set(self.random.randint(-DAY_MS, DAY_MS))
        return None

    def back_up(self, worker: Worker) -> bool | None:
        self.server.back_up()
        self.backed_up = True
        return None

    def restore(self, worker: Worker) -> bool | None:
        """The server is put back to its backup: it forgets what came since."""
        if not self.backed_up:
            return False
        self.server.restore()
        self.backed_up = False
        return None

    def merge(self, worker: Worker) -> bool | None:
        """The office finds that two items are one."""
        if self.backed_up:
            return False
        first, second, _ = self.places.plain
        self.server.change_item(second, survivor_id=first)
        return None

    def archive(self, worker: Worker) -> bool | None:
        """The office archives an item that is still on the floor."""
        if self.backed_up or self.archived:
            return False
        self.archived = True
        self.server.change_item(self.places.plain[2], archived_at=self.server.clock.now_at)
        return None

    def steal(self, worker: Worker) -> bool | None:
        """A phone is reported stolen, though the worker goes on using it for a while."""
        if self.stolen or self.backed_up or self.random.random() < 0.5:
            return False
        self.stolen.append(worker.phone.name)
        now = self.server.clock.now_at
        with transaction() as connection:
            values = {"revoked_at": now, "stolen_at": now}
            connection.execute(update(Device).where(Device.id == worker.phone.name).values(values))
        return None

    def come_home(self) -> None:
        """Faults stop; mistakes are taken back; every phone syncs until its queue is empty."""
        self.network.heal()
        self.network.deliver_stragglers()
        for mistake in self.mistakes:
            self.workers[0].take_back(mistake)
        self.forgive()
        self.server.clock.pass_time(HOUR_MS)
        for worker in self.workers:
            worker.phone.sync()
        for worker in self.workers:
            self.settle_down(worker)

    def settle_down(self, worker: Worker) -> None:
        """Everyone's facts are there: one more pull shows them, a sync heals what a fork left."""
        if not worker.phone.pull_all() or worker.phone.durable.outbox:
            worker.phone.sync()

    def hand_over(self, worker: Worker) -> None:
        """Another person takes the phone: what was captured before stays theirs who captured it."""
        worker.phone.actor = self.random.choice(self.workers).person

    def forgive(self) -> None:
        """The stolen phone turns up; it may pull again."""
        with transaction() as connection:
            for name in self.stolen:
                values = {"revoked_at": None, "stolen_at": None}
                connection.execute(update(Device).where(Device.id == name).values(values))


def deepcopy_clock(clock: PhoneClock) -> PhoneClock:
    """A clock that shows the same and runs with the same true time."""
    twin = object.__new__(PhoneClock)
    vars(twin).update(vars(clock))
    return twin
