-- Grain: one row an activity.
select
    activity.site_id as site,
    activity.activity_id,
    coalesce(unit.unit, 'unknown') as unit,
    coalesce(unit.community, root.community) as community,
    coalesce(unit.lane, 'unknown') as lane,
    coalesce(activity.steward_id, 'unknown') as steward,
    coalesce(activity.organisation, 'unknown') as organisation,
    coalesce(activity.site_id || '/' || activity.organisation, '') as host,
    activity.kind,
    coalesce(activity.network, 'unknown') as network,
    activity.started_at,
    run.day(activity.started_at, site.day_ends) as started_day,
    activity.kind in ('visit', 'patrol') as is_visit,
    coalesce(activity.participants, 0) as participants,
    coalesce(activity.beneficiaries, 0) as beneficiaries
from activity_rows as activity
join mart.site as site on site.site = activity.site_id
join mart.unit as root on root.site = activity.site_id and root.unit = 'unknown'
left join mart.unit as unit on unit.site = activity.site_id and unit.unit = activity.unit_id
-- The engine takes a bare comparison of two tables for one that few rows pass, and plans for few.
where coalesce(activity.started_at <= site.as_of, false)
