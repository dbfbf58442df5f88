-- Grain: one row an appointment: who answers for which unit, from and until (exclusive) which day.
select
    steward.site_id as site,
    steward.steward_id as steward,
    steward.site_id || '/' || steward.steward_id as person, -- the same code at another site is somebody else
    steward.unit_id,
    coalesce(unit.unit, 'unknown') as unit,
    coalesce(unit.community, root.community) as community,
    coalesce(unit.lane, 'unknown') as lane,
    coalesce(unit.is_lane, false) as is_lane,
    coalesce(steward.role, 'unknown') as role,
    coalesce(steward.party_member, false) as is_party,
    coalesce(steward.retired_cadre, false) as is_retired,
    steward.started_on as from_day,
    coalesce(steward.ended_on + 1, date '9999-12-31') as until_day
from log.steward as steward
join mart.unit as root on root.site = steward.site_id and root.unit = 'unknown'
left join mart.unit as unit on unit.site = steward.site_id and unit.unit = steward.unit_id
