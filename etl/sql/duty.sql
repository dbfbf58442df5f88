-- Grain: one row a duty slot: an organisation's turn in a unit, kept when it held an activity there in time.
with kept as (
    select duty.site_id, duty.unit_id, duty.organisation, duty.starts_on
    from log.duty as duty
    join mart.unit_tree as tree on tree.site = duty.site_id and tree.ancestor = duty.unit_id
    join mart.site as site on site.site = duty.site_id
    join log.activity as activity
        on activity.site_id = duty.site_id and activity.unit_id = tree.unit
        and activity.organisation = duty.organisation
        and run.day(activity.started_at, site.day_ends) between duty.starts_on and duty.ends_on
    group by all
)
select
    duty.site_id as site,
    duty.unit_id,
    coalesce(unit.unit, 'unknown') as unit,
    coalesce(unit.community, root.community) as community,
    coalesce(unit.lane, 'unknown') as lane,
    duty.organisation,
    duty.starts_on as from_day,
    duty.ends_on as last_day,
    duty.ends_on < site.as_of_day as has_ended,
    kept.unit_id is not null as is_kept
from log.duty as duty
join mart.site as site on site.site = duty.site_id
join mart.unit as root on root.site = duty.site_id and root.unit = 'unknown'
left join mart.unit as unit on unit.site = duty.site_id and unit.unit = duty.unit_id
left join kept using (site_id, unit_id, organisation, starts_on)
