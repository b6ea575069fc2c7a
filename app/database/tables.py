"""Every table there is: importing this module makes ``Base.metadata`` complete."""

from app.catalog import models as catalog_models
from app.database import Base
from app.imports import models as imports_models
from app.jobs.models import Job
from app.people import device_models
from app.people import models as people_models
from app.settings.models import Setting
from app.stock import models as stock_models
from app.upkeep.models import UpkeepRun
from app.warehouse import models as warehouse_models

MODULES = (
    people_models,
    device_models,
    catalog_models,
    warehouse_models,
    stock_models,
    imports_models,
    Job,
    Setting,
    UpkeepRun,
)

METADATA = Base.metadata
