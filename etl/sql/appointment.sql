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
    case when site.knows_party then coalesce(steward.party_member, false) end as is_party,
    case when site.knows_retired then coalesce(steward.retired_cadre, false) end as is_retired,
    steward.started_on as from_day,
    coalesce(steward.ended_on + 1, date '9999-12-31') as until_day
from log.steward as steward
join (
    -- A site that marks some leaves the others blank; one that marks nobody does not know.
    select site_id, count(party_member) > 0 as knows_party, count(retired_cadre) > 0 as knows_retired
    from log.steward group by site_id
) as site using (site_id)
join mart.unit as root on root.site = steward.site_id and root.unit = 'unknown'
left join mart.unit as unit on unit.site = steward.site_id and unit.unit = steward.unit_id
