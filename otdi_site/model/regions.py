"""Regions of the world by which languages are grouped.

A language's likeliest territory comes from CLDR; the continents of territories are those of the UN's standard M49 as
CLDR's territory containment has them.
"""

from __future__ import annotations

from functools import lru_cache

from otdi_site.model.language import home_territory

ELSEWHERE = "Without a region"
"""Group of constructed languages and of those whose territory nobody recorded."""

_TERRITORIES = {
    "Africa": """
        AO BF BI BJ BW CD CF CG CI CM CV DJ DZ EG EH ER ET GA GH GM GN GQ GW IO KE KM LR LS LY MA MG ML MR MU MW MZ NA
        NE NG RE RW SC SD SH SL SN SO SS ST SZ TD TF TG TN TZ UG YT ZA ZM ZW""",
    "Americas": """
        AG AI AR AW BB BL BM BO BQ BR BS BV BZ CA CL CO CR CU CW DM DO EC FK GD GF GL GP GS GT GY HN HT JM KN KY LC MF
        MQ MS MX NI PA PE PM PR PY SR SV SX TC TT US UY VC VE VG VI""",
    "Asia": """
        AE AF AM AZ BD BH BN BT CN CY GE HK ID IL IN IQ IR JO JP KG KH KP KR KW KZ LA LB LK MM MN MO MV MY NP OM PH PK
        PS QA SA SG SY TH TJ TL TM TR TW UZ VN YE""",
    "Europe": """
        AD AL AT AX BA BE BG BY CH CZ DE DK EE ES FI FO FR GB GG GI GR HR HU IE IM IS IT JE LI LT LU LV MC MD ME MK MT
        NL NO PL PT RO RS RU SE SI SJ SK SM UA VA XK""",
    "Oceania": """
        AS AU CC CK CX FJ FM GU HM KI MH MP NC NF NR NU NZ PF PG PN PW SB TK TO TV UM VU WF WS""",
}
REGIONS = (*_TERRITORIES, ELSEWHERE)
"""Titles in the order in which they are shown."""

_HOMES = {"en": "GB", "pt": "PT"}
"""Territories of languages that CLDR finds likeliest elsewhere, and that people look for where they come from."""

_REGION_OF = {territory: region for region, territories in _TERRITORIES.items() for territory in territories.split()}


@lru_cache(maxsize=8192)
def region_of(tag: str) -> str:
    """One of `REGIONS` for a BCP 47 tag. Varieties stand with their language."""
    territory = _HOMES.get(tag.split("-")[0]) or home_territory(tag)
    return _REGION_OF.get(territory or "", ELSEWHERE)
