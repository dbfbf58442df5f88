-- Grain: one row a site. When its data begin and end, and the texts the board reads its settings from.
with happened as (
    select
        site_id,
        max(latest) as last_stamp,
        min(run.day(earliest, day_ends)) as first_day,
        max(run.day(latest, day_ends)) filter (where stamps.name = 'reported_at') as last_report,
        max(run.day(latest, day_ends)) as last_happened
    from stamps join setting.site using (site_id) group by site_id
),
months as (
    select site_id, max(month) as last_month, min(month) as first_month from log.indicator group by site_id
),
spans as (
    select
        site.site_id,
        coalesce(site.as_of, happened.last_stamp, months.last_month::timestamp) as as_of,
        coalesce(happened.first_day, months.first_month, run.day(site.as_of, day_ends)) as first_day,
        least( -- which passes over what is null
            coalesce(happened.last_report, happened.last_happened, months.last_month), run.day(site.as_of, day_ends)
        ) as last_day
    from setting.site as site
    left join happened using (site_id)
    left join months using (site_id)
),
midnights as (
    select site_id, unnest(generate_series(first_day::timestamp, as_of + interval 1 day, interval 1 day)) as midnight
    from spans
),
shifts as (
    select site_id, count(distinct epoch(timezone(timezone, midnight)) - epoch(midnight)) > 1 as has_shifts
    from midnights join setting.site using (site_id)
    group by site_id
),
ladders as (
    select distinct site_id from setting.tier
),
logs as (
    select distinct site_id from log.ticket_event
    union select distinct site_id from log.snapshot
),
answers as (
    select site_id, list(distinct source order by source) as sources
    from (
        select file.site_id, source
        from run.file semi join (select distinct file_id from log.ticket where first_response_at is not null) using (file_id)
        union all select distinct site_id, '' from log.ticket_event where event = 'responded'
        union all select distinct site_id, '' from setting.change where event = 'responded'
    )
    group by site_id
)
select
    site.site_id as site,
    site.name,
    site.sample,
    site.timezone,
    coalesce(shifts.has_shifts, false) as has_shifts, -- whether its clock was put forward or back in that time
    site.day_ends, -- none: at midnight
    spans.as_of,
    run.day(spans.as_of, day_ends) as as_of_day,
    spans.first_day,
    spans.last_day,
    ladders.site_id is not null as has_ladder,
    logs.site_id is not null as has_steps,
    answers.site_id is not null as has_answers,
    coalesce(answers.sources, []) as answering, -- the sources that know first responses; '' for the log of steps
    site.calendar_csv,
    site.site_toml,
    site.totals_csv
from setting.site as site
join spans using (site_id)
left join shifts using (site_id)
left join ladders using (site_id)
left join logs using (site_id)
left join answers using (site_id)
