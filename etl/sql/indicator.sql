-- Grain: one row a site, unit, name and month. A flow counts in its month; a stock stands until its next value.
select
    indicator.site_id as site,
    indicator.unit_id,
    coalesce(unit.unit, 'unknown') as unit,
    coalesce(unit.community, root.community) as community,
    coalesce(unit.lane, 'unknown') as lane,
    indicator.name,
    indicator.kind,
    indicator.month as day,
    indicator.value,
    lead(indicator.month, 1, date '9999-12-31')
        over (partition by indicator.site_id, indicator.unit_id, indicator.name order by indicator.month) as until_day
from log.indicator as indicator
join mart.site as site on site.site = indicator.site_id and indicator.month <= site.as_of_day
join mart.unit as root on root.site = indicator.site_id and root.unit = 'unknown'
left join mart.unit as unit on unit.site = indicator.site_id and unit.unit = indicator.unit_id
