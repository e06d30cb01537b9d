"""Public holidays by a code such as ``DE-BE``, from the ``holidays`` library.

The library is imported only when a calendar names holidays: it costs half a second.
"""

import warnings
from datetime import date
from functools import cache

from sync.config.words import Unfit, nearest

YEARS = range(2015, 2046)
"""Wide enough for the oldest dates in trackers that are still judged and the furthest that are planned."""


def check_code(code: str) -> str:
    """Raises ValueError for a country or region that the library does not know, with the nearest that it does."""
    if not code:
        return code
    country, _, region = code.partition("-")
    known = _countries()
    if country not in known:
        raise Unfit('must be a country code such as "DE" or "DE-BE"', nearest(country, known))
    if region and region not in known[country]:
        regions = known[country]
        said = f"{country} has no region {region}" if regions else f"{country} has no regions; write only {country}"
        raise Unfit(said, nearest(region, regions))
    if "-" in code and not region:
        raise ValueError(f'must be a country code; write only "{country}"')
    return code


@cache
def _countries() -> dict[str, list[str]]:
    import holidays  # slow, and most configs name none

    return holidays.list_supported_countries(include_aliases=False)


@cache
def public_holidays(code: str) -> frozenset[date]:
    """Every public holiday of ``YEARS``, as far as the library knows the country's past and future."""
    import holidays  # slow, and most configs name none

    if not code:
        return frozenset()
    country, _, region = code.partition("-")
    entity = getattr(holidays, country)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # some countries' moon-sighted days are known for fewer years
        return frozenset(entity(subdiv=region or None, years=YEARS))
