"""Every table there is: importing this module makes ``Base.metadata`` complete."""

from app.catalog import models as catalog
from app.database import Base
from app.imports import models as imports
from app.jobs import models as jobs
from app.people import models as people
from app.people.access import models as access
from app.people.audit import models as audit
from app.people.devices import models as devices
from app.people.views import models as views
from app.settings import models as settings
from app.stock.book import models as book
from app.stock.count_tasks import models as count_tasks
from app.stock.discrepancies import models as discrepancies
from app.stock.feed import models as feed
from app.stock.quarantine import models as quarantine
from app.upkeep import models as upkeep
from app.warehouse import models as warehouse

MODULES = (
    people,
    access,
    audit,
    devices,
    views,
    catalog,
    warehouse,
    book,
    feed,
    discrepancies,
    quarantine,
    count_tasks,
    imports,
    jobs,
    settings,
    upkeep,
)

METADATA = Base.metadata
