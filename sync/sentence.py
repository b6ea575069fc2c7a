"""What is said of an operation that cannot be posted: a key with its values, for words of any language."""

from collections.abc import Mapping
from dataclasses import dataclass, field

ENGLISH = {
    "not_an_object": "an operation is a JSON object",
    "version": "this version of operations is not known here",
    "field_missing": "the field {field} is missing",
    "field_shape": "{field} holds {found} instead of {expected}",
    "unreadable": "the entry cannot be read: {detail}",
    "id_no_uuid": "the id of an operation is a UUID in lower case",
    "kind": "the kind of an operation is {choices}",
    "number_range": "a time or a sequence number is out of range",
    "actor": "the actor is a person's number",
    "too_long": "{field} holds at most {most} characters",
    "control": "{field} holds control characters",
    "too_many": "{field} names at most {most}",
    "named_twice": "{field} names one twice, or an empty one",
    "place_number": "items and locations are positive whole numbers",
    "quantity_text": "a quantity is a decimal number written as text",
    "quantity_digits": "a quantity holds digits and at most one decimal point",
    "quantity_decimals": "a quantity has at most six decimal places",
    "quantity_large": "a quantity is at most 1000000000",
    "quantity_zero": "a quantity is above zero",
    "quantity_negative": "a quantity is not negative",
    "pack_quantity": "the quantity is the number of packs times their factor",
    "serial_quantity": "the quantity is the number of serials",
    "seen_quantity": "the quantity is the number of serials seen",
    "date": "expires_on is a date such as 2027-03-31",
    "no_goods": "an operation names an item or the code that was scanned",
    "same_location": "goods go from one location to another",
    "reason": "the reason is one of {choices}",
    "seen_and_absent": "a serial is both seen and absent",
    "target": "the target is the id of an operation",
    "state": "the state of a task is {choices}",
    "captured_when": "the time of capture lies outside the years 2000 to 2099",
    "no_item": "there is no item {number}",
    "no_location": "there is no location {number}",
    "count_virtual": "only a real place can be counted",
    "id_taken": "another operation came before under the same id",
    "device_lost": "captured after the device was reported lost or shut out",
    "account_closed": "captured after the person's account was closed",
}
"""What the wire says: the words of an office or a phone are their own."""


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence for a person, in no language yet; empty where nothing is to be said."""

    key: str = ""
    values: Mapping[str, str | int] = field(default_factory=dict)

    def __str__(self) -> str:
        """The sentence in English, without a capital letter or a full stop."""
        return ENGLISH[self.key].format_map(self.values) if self.key else ""


NOTHING = Sentence()


def said(key: str, **values: str | int) -> Sentence:
    """The sentence of a key with its values."""
    return Sentence(key, values)
