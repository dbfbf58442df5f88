-- Grain: one row a site and day, from a year before the year of its first record (so that stocks can be compared with
-- the year before) to its as_of. Appointments more than ten years older than the data do not stretch it.
with firsts as (
    select site, first_day as day from mart.site where first_day is not null
    union all select site_id, month from log.indicator
    union all select site_id, ends_on from log.duty
    union all
    select steward.site_id, greatest(steward.started_on, site.first_day - 3650)
    from log.steward as steward join mart.site as site on site.site = steward.site_id
),
spans as (
    select site.site, (min(date_trunc('year', firsts.day)) - interval 1 year)::date as first, any_value(site.as_of_day) as last
    from mart.site as site join firsts using (site)
    where site.as_of is not null
    group by site.site
),
days as (
    select site, unnest(generate_series(first::timestamp, last::timestamp, interval 1 day))::date as day from spans
)
select
    site,
    day,
    strftime(day, '%G-W%V') as week,
    strftime(day, '%Y-%m') as month,
    year(day) || '-Q' || quarter(day) as quarter,
    year(day)::varchar as year,
    isodow(day)::varchar as weekday
from days
