"""One seed: people work, phones vanish and return, the server dies and comes back, all in a random order."""

from collections import Counter
from collections.abc import Callable
from random import Random

from sqlalchemy import select

from app.database import database
from app.stock.feed.models import FeedCounter, Incarnation
from tests.simulation import office_troubles, phone_troubles
from tests.simulation.clock import HOUR_MS, MINUTE_MS, PhoneClock
from tests.simulation.durable import Durable
from tests.simulation.network import Network
from tests.simulation.phone import Phone
from tests.simulation.server import Server
from tests.simulation.shelf import Cell, Shelf
from tests.simulation.worker import Worker

Trouble = Callable[["Story", Worker], bool]

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
TROUBLE: tuple[Trouble, ...] = (
    phone_troubles.kill,
    phone_troubles.reboot,
    phone_troubles.log_out,
    phone_troubles.hand_over,
    phone_troubles.clone,
    *[phone_troubles.roll_back] * 3,
    phone_troubles.lose_record,
    *[phone_troubles.evict] * 2,
    *[phone_troubles.set_clock] * 2,
    phone_troubles.cut_off,
    *[office_troubles.back_up] * 3,
    *[office_troubles.restore] * 8,
    office_troubles.upgrade,
    office_troubles.merge,
    office_troubles.archive,
    *[office_troubles.steal] * 3,
    *[office_troubles.disable] * 2,
    office_troubles.demote,
    *[office_troubles.change_factor] * 4,
    *[office_troubles.mistake_factor] * 5,
    *[office_troubles.correct_factor] * 6,
)
"""The more rarely one can happen, the more often it stands here."""


ROUNDS = 4
"""So often at most a phone must sync at the end: an update takes one, each epoch that it forgot another."""


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
        server.ask_for(1)
        self.places = server.furnish(f"{seed}")
        with database.engine.connect() as connection:
            self.first_cursor = connection.execute(select(FeedCounter.position)).scalar_one()
        self.workers = [self.hire(n) for n in range(self.random.randint(2, 5))]
        self.mistakes: list[str] = []
        self.backed_up = False
        self.archived = False
        self.upgraded = False
        self.mistrusted = False
        """Whether somebody's phone or account was shut out: what they record then goes to quarantine."""
        self.doubtful: set[Cell] = set()
        """Cells booked by a factor that was corrected later: somebody must count them anew."""
        self.retired: list[Phone] = []
        """Phones whose storage was wiped after all was delivered."""
        self.outage: list[tuple[Phone, bool]] = []
        """Who loses the network (False) or has it again (True), one a step."""
        self.memories: dict[Phone, Durable] = {}
        """What each phone held when it last began to sync."""

    def hire(self, number: int) -> Worker:
        """A person with a phone that has met the server once."""
        name = f"{self.seed}-{number}"
        person = self.server.employ(name)
        return Worker(self.new_phone(name, person), self.shelf, self.places, self.random, person)

    def new_phone(self, name: str, person: int) -> Phone:
        """A phone that was just enrolled for this person."""
        device, credential = self.server.enrol(name, person)
        clock = PhoneClock(self.server.clock, self.random)
        phone = Phone(device, credential, self.network, clock, self.bugs)
        phone.actor = person
        with database.engine.connect() as connection:
            phone.durable.sid = connection.execute(select(Incarnation.sid)).scalar_one()
        phone.durable.cursor = phone.first_cursor = self.first_cursor
        phone.durable.offset_ms = -clock.skew_ms
        return phone

    def play(self) -> None:
        """Live through all the steps, then let every fault end and every phone come home."""
        for _ in range(self.steps):
            self.server.clock.pass_time(self.random.choice((11_000, MINUTE_MS, 20 * MINUTE_MS, HOUR_MS)))
            self.step(self.random.choice(self.workers))
        self.come_home()

    def step(self, worker: Worker) -> None:
        """Something happens: mostly work, sometimes a sync, rarely trouble."""
        if self.outage:
            phone, phone.reachable = self.outage.pop(0)
        chance = self.random.random()
        if chance < 0.67:
            self.work(worker)
        elif chance < 0.86:
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
        happens = self.random.choice(TROUBLE)
        if happens(self, worker):
            self.coverage[f"trouble {happens.__name__}"] += 1

    def come_home(self) -> None:
        """Faults stop; mistakes are taken back; every phone syncs until its queue is empty."""
        self.network.heal()
        for worker in self.workers:
            worker.phone.reachable = True
        self.network.deliver_stragglers()
        for mistake in self.mistakes:
            self.workers[0].take_back(mistake)
        self.server.forgive({worker.person for worker in self.workers})
        self.server.clock.pass_time(HOUR_MS)
        self.put_factors_right()
        for _ in range(ROUNDS):
            for worker in self.workers:
                worker.phone.sync()
            if not any(worker.phone.durable.outbox for worker in self.workers):
                break
        self.coverage["released"] += self.server.release_all(self.workers[0].person)
        for worker in self.workers:
            self.settle_down(worker)

    def put_factors_right(self) -> None:
        """The office corrects what is still wrong, and somebody counts what was booked by it."""
        for case in self.places.cases.values():
            if case.wrong_since is not None:
                office_troubles.put_right(self, case)
        for cell in sorted(self.doubtful):
            self.workers[0].recount(cell)
            self.coverage["counted anew"] += 1

    def settle_down(self, worker: Worker) -> None:
        """Everyone's facts are there: one more pull shows them, a sync heals what a fork left."""
        if not worker.phone.pull_all() or worker.phone.durable.outbox:
            worker.phone.sync()
