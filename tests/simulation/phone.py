"""A simulated phone: a device that speaks the client's side of the protocol."""

from uuid import UUID

from tests.simulation.device import Device
from tests.simulation.durable import Wire
from tests.simulation.effect import cells_of
from tests.simulation.network import Lost


class Phone(Device):
    """Hello, push and pull, from whatever the device keeps."""

    def sync(self) -> bool:
        """Hello, push, pull; True when everything went through. Every failure leaves the outbox whole."""
        if not self.reachable:
            return False
        if self.may_die():
            self.take_update()
        try:
            return self.hello() and self.push_earlier() and self.push_all() and self.pull_at_last()
        except Lost:
            return False

    def envelope(self) -> Wire:
        """What every request carries."""
        durable = self.durable
        unsent = self.unsent()
        return {
            "device": self.name,
            "epoch": durable.epoch,
            "sid": durable.sid,
            "clock": self.clock.reading(),
            "outbox": {
                "pending": len(unsent),
                "oldest_at": durable.outbox[unsent[0]]["at"] + durable.offset_ms if unsent else None,
                "max_seq": durable.next_seq - 1,
            },
        }

    def hello(self) -> bool:
        """Learn which server this is, how far it knows this device, and what time it is there."""
        status, answer = self.network.post(
            "hello", {**self.envelope(), "app": "sim", "schema": self.release}, self.credential
        )
        if status == 403:
            self.drain()
        if status != 200:
            return False
        self.durable.offset_ms = answer["server_time"] - self.clock.wall
        self.clock.measured = True
        self.update_due = "reload_app" in answer["directives"]
        self.meet(answer["sid"])
        if answer["device_seq"] >= self.durable.next_seq:
            self.fork()
        return True

    def drain(self) -> None:
        """Shut out: hand over what is held; it waits for a decision. Nothing is forgotten before that."""
        if "purge on revoke" in self.bugs:
            self.durable.outbox = {}
        self.network.coverage["drained"] += bool(self.unsent())
        self.push_all()

    def pull_at_last(self) -> bool:
        """Everything is there: where nothing is forgotten now, the session may end that knew its time."""
        if self.network.is_whole:
            self.take_update()
        return self.pull_all()

    def take_update(self) -> None:
        """Load the app's next release, whatever waits."""
        if self.update_due:
            self.network.coverage["updated with a full queue"] += bool(self.durable.outbox)
            self.kill()
            self.release, self.update_due = 2, False

    def push_earlier(self) -> bool:
        """Fill a restored server with what earlier epochs of this phone had delivered."""
        durable = self.durable
        if not durable.earlier_due:
            return True
        for epoch, operations in sorted(durable.earlier.items()):
            body = {**self.envelope(), "epoch": epoch, "operations": operations}
            status, _ = self.network.post("push", body, self.credential)
            if status not in (200, 409):
                return False
        durable.earlier_due = False
        return True

    def push_all(self) -> bool:
        """Send what the server lacks, in order, batch by batch."""
        for _ in range(200):
            pending = [self.durable.outbox[seq] for seq in self.unsent()]
            if not pending:
                return True
            if not self.push(pending[: self.random.randint(1, self.batch_limit)]):
                return False
        raise AssertionError(f"{self.name} never comes to the end of its queue")

    def push(self, batch: list[Wire]) -> bool:
        """One request; False means: try again later."""
        if "ack before commit" in self.bugs:
            for operation in batch:
                self.durable.outbox.pop(operation["seq"])
        sent = [self.spoiled(operation) for operation in batch]
        status, answer = self.network.post("push", {**self.envelope(), "operations": sent}, self.credential)
        if status == 200:
            return self.take_verdicts(batch, answer)
        if status == 409 and answer["code"] == "gap":
            return self.fill_gap(answer["expect"])
        if status == 409 and answer["code"] == "fork":
            self.fork()
            return True
        return False

    def spoiled(self, operation: Wire) -> Wire:
        """The operation as a client with planted defects would send it."""
        if "new id each try" in self.bugs:
            return {**operation, "id": str(UUID(int=self.random.getrandbits(128), version=4))}
        if "pushed as current user" in self.bugs:
            return {**operation, "actor": self.actor}
        return operation

    def take_verdicts(self, batch: list[Wire], answer: Wire) -> bool:
        """Note how far the server is; the outbox keeps its rows until the base holds them."""
        held = [verdict["status"] == "quarantined" for verdict in answer["verdicts"]]
        self.delayed += [operation["id"] for operation in batch[len(held) :]]
        self.network.coverage["poison in mid-push"] += any(held[1:-1])
        if any(held) and "poison blocks" in self.bugs:
            return False
        before = {cell: self.shown(cell) for cell in cells_of(batch)}
        taken = [operation["seq"] for operation in batch[: len(answer["verdicts"])]]
        self.durable.answered = sorted({*self.durable.answered, *taken})
        if "hint trusted" in self.bugs:
            self.durable.cursor = answer["head"]
        if "overlay dropped at ack" in self.bugs:
            self.settle(answer["device_seq"])
        self.glitches += [str(cell) for cell, quantity in before.items() if self.shown(cell) != quantity]
        return True

    def pull_all(self) -> bool:
        """Stage pages; flip base, cursor and outbox together once the last one is here."""
        cursor, staged = self.durable.cursor, []
        for _ in range(500):
            request = {
                **self.envelope(),
                "cursor": cursor,
                "schema": self.release,
                "limit": self.random.choice((5, 500, 500)),
            }
            status, answer = self.network.post("pull", request, self.credential)
            if status == 409:
                self.start_afresh()
                return False
            if status != 200:
                return False
            staged.append(answer["changes"])
            cursor = answer["cursor"]
            if "naive cursor" in self.bugs:
                cursor = answer["head"]
            if not answer["more"]:
                if any(seq <= answer["device_seq"] for seq in self.unsent()):
                    return False
                self.flip(cursor, staged, answer["device_seq"])
                return True
            if "naive cursor" in self.bugs:
                self.flip(cursor, staged, 0)
        raise AssertionError("the feed never ends")
