"""The small named world: one warehouse, two dozen items, and what happened in it during one week.

It is demonstration, fixture and screenshot alike. Every name is our own; the barcodes begin with 952, which
GS1 keeps for examples.
"""

from dataclasses import dataclass, field

from sync.gtin import check_digit

SUPPLIER_NAME = "Ridgeway Tea Importers"
CUSTOMER_NAME = "Blue Door Tearoom"

SITE = ("HARBOUR", "Harbour Street warehouse")

ZONES = (
    ("DOCK", "Receiving dock"),
    ("A", "Shelving"),
    ("C", "Cold store"),
    ("PACK", "Packing bench"),
)

SERIES = (("A", "A-{01..03}-{01..06}"), ("C", "C-01-{01..04}"))
"""Zone and pattern: the bins stand in aisles named by the beginning of their code."""

COMPANY_PREFIX = "9521234"


@dataclass(frozen=True, slots=True)
class Batch:
    """Goods that arrived together: quantity in the item's unit, and the bin they were put away in."""

    quantity: str
    bin: str
    lot: str = ""
    expires_in_days: int | None = None
    serials: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Thing:
    """One item of the world."""

    number: int
    code: str
    name: str
    category: str
    batches: tuple[Batch, ...] = ()
    unit: str = "piece"
    decimals: int = 0
    tracking: str = "none"
    description: str = ""
    case_of: int = 0
    """How many a case holds; 0 where there are no cases."""
    extra_barcodes: tuple[str, ...] = field(default=())

    @property
    def expiring(self) -> bool:
        """Whether its lots carry an expiry date."""
        return any(batch.expires_in_days is not None for batch in self.batches)

    @property
    def barcodes(self) -> tuple[str, ...]:
        """Its GTIN, and others."""
        body = f"{COMPANY_PREFIX}{self.number:05}"
        return (f"{body}{check_digit(body)}", *self.extra_barcodes)

    @property
    def case_barcode(self) -> str:
        """The GTIN of its case, with an indicator digit of its own."""
        body = f"1{COMPANY_PREFIX}{self.number:05}"
        return f"{body}{check_digit(body)}"


FROM_SUPPLIER = f"Bought from {SUPPLIER_NAME}."
SCANNERS = ("HH7-00418", "HH7-00419", "HH7-00420", "HH7-00423")

THINGS = (
    Thing(101, "TEA-ASSAM-250", "Assam tea 250 g", "Tea",
          (Batch("48", "A-01-01", "T2401", 75), Batch("120", "A-01-02", "T2402", 320)),
          tracking="lot", description=f"Second flush, malty. {FROM_SUPPLIER}", case_of=12),
    Thing(102, "TEA-DARJ-100", "Darjeeling first flush 100 g", "Tea",
          (Batch("36", "A-01-03", "D2407", 410),), tracking="lot", description=FROM_SUPPLIER),
    Thing(103, "TEA-EARL-50", "Earl Grey, 50 bags", "Tea",
          (Batch("90", "A-01-04", "E2411", 500),), tracking="lot"),
    Thing(104, "TEA-SENCHA-100", "Sencha green tea 100 g", "Tea",
          (Batch("24", "A-01-05", "S2403", 150),), tracking="lot"),
    Thing(105, "TEA-MINT-20", "Peppermint, 20 bags", "Tea", (Batch("60", "A-01-06"),)),
    Thing(106, "TEA-CAMO-20", "Camomile, 20 bags", "Tea", (Batch("42", "A-01-06"),)),
    Thing(107, "TEA-ROOI-KG", "Rooibos, loose", "Tea",
          (Batch("18.750", "A-02-01", "R2409", 540),), unit="kg", decimals=3, tracking="lot",
          description="Weighed out into bags at the bench."),
    Thing(111, "COF-ESPR-1000", "Espresso beans 1 kg", "Coffee",
          (Batch("40", "A-02-02", "K2410", 260),), tracking="lot", case_of=6),
    Thing(112, "COF-FILT-500", "Filter coffee, ground 500 g", "Coffee",
          (Batch("55", "A-02-03", "K2412", 280),), tracking="lot"),
    Thing(113, "COF-DECA-250", "Decaffeinated coffee 250 g", "Coffee", (Batch("16", "A-02-03"),)),
    Thing(121, "PAN-SUGR-500", "Cane sugar cubes 500 g", "Pantry", (Batch("80", "A-02-04"),)),
    Thing(122, "PAN-HONY-340", "Heather honey 340 g", "Pantry", (Batch("30", "A-02-05"),)),
    Thing(123, "PAN-OATB-200", "Oat biscuits 200 g", "Pantry",
          (Batch("64", "A-02-05", "B2412", 120),), tracking="lot"),
    Thing(124, "PAN-MARM-340", "Seville marmalade 340 g", "Pantry", (Batch("28", "A-02-06"),)),
    Thing(131, "COLD-MILK-1L", "Whole milk 1 l", "Cold",
          (Batch("48", "C-01-01", "M1121", 9),), tracking="lot", unit="bottle"),
    Thing(132, "COLD-OATD-1L", "Oat drink, barista 1 l", "Cold", (Batch("36", "C-01-02"),), unit="carton"),
    Thing(133, "COLD-BUTR-250", "Salted butter 250 g", "Cold",
          (Batch("44", "C-01-03", "U1102", 48),), tracking="lot"),
    Thing(141, "WARE-POT-1L", "Stoneware teapot 1 l", "Tableware", (Batch("12", "A-03-01"),)),
    Thing(142, "WARE-CUPS-6", "Cups, box of six", "Tableware", (Batch("20", "A-03-01"),), unit="box"),
    Thing(143, "WARE-STRN", "Tea strainer, steel", "Tableware", (Batch("75", "A-03-02"),)),
    Thing(151, "PACK-BOX-S", "Carton S, 20 × 15 × 10 cm", "Packaging", (Batch("400", "A-03-04"),)),  # noqa: RUF001
    Thing(152, "PACK-BOX-M", "Carton M, 30 × 20 × 15 cm", "Packaging", (Batch("250", "A-03-05"),)),  # noqa: RUF001
    Thing(153, "PACK-TAPE", "Packing tape 66 m", "Packaging", (Batch("36", "A-03-06"),), unit="roll"),
    Thing(161, "DEV-SCAN-7", "Handheld scanner, series 7", "Equipment",
          (Batch("4", "A-03-03", serials=SCANNERS),), tracking="serial"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Errand:
    """What somebody did later in the week: goods moved from one place to another."""

    hours_ago: float
    code: str
    quantity: str
    origin: str
    destination: str
    reason: str
    lot: str = ""
    serials: tuple[str, ...] = ()


ERRANDS = (
    Errand(52, "TEA-ASSAM-250", "12", "A-01-01", "PACK", "pick", "T2401"),
    Errand(51.8, "WARE-POT-1L", "2", "A-03-01", "PACK", "pick"),
    Errand(51.5, "PACK-BOX-M", "3", "A-03-05", "PACK", "pick"),
    Errand(50, "TEA-ASSAM-250", "12", "PACK", "CUSTOMER", "shipment", "T2401"),
    Errand(50, "WARE-POT-1L", "2", "PACK", "CUSTOMER", "shipment"),
    Errand(28, "COF-ESPR-1000", "6", "A-02-02", "PACK", "pick", "K2410"),
    Errand(27.9, "COLD-MILK-1L", "10", "C-01-01", "PACK", "pick", "M1121"),
    Errand(27, "COF-ESPR-1000", "6", "PACK", "CUSTOMER", "shipment", "K2410"),
    Errand(27, "COLD-MILK-1L", "10", "PACK", "CUSTOMER", "shipment", "M1121"),
    Errand(25, "DEV-SCAN-7", "1", "A-03-03", "PACK", "transfer", serials=("HH7-00423",)),
    Errand(6, "TEA-EARL-50", "15", "A-01-04", "PACK", "pick", "E2411"),
    Errand(5.9, "TEA-ROOI-KG", "2.250", "A-02-01", "PACK", "pick", "R2409"),
    Errand(5.7, "PAN-OATB-200", "8", "A-02-05", "PACK", "pick", "B2412"),
    Errand(3, "TEA-SENCHA-100", "2", "A-01-05", "SCRAP", "scrap", "S2403"),
    Errand(1.2, "TEA-MINT-20", "24", "A-01-06", "A-03-02", "transfer"),
    Errand(0.4, "TEA-EARL-50", "15", "PACK", "CUSTOMER", "shipment", "E2411"),
)
"""The last few stand at the packing bench still."""

ARRIVED_HOURS_AGO = 142.0
"""When the first pallet came to the dock; the others followed by the quarter hour."""
