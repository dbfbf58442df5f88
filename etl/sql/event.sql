-- Grain: one row a site, ticket and step (`seq`, counted from 1): the steps of every known ticket in their order, from
-- event logs as they are and from snapshots by what changed between one and the next.
with states as (
    select
        site_id, section, ticket_id, happened_at, seq, state,
        lag(state) over (partition by site_id, section, ticket_id order by happened_at, seq) as before
    from (select * replace (from_json(state, '"MAP(VARCHAR, VARCHAR)"') as state) from snapshot_rows)
),
watched as (
    select
        states.*, change.event, change.from_tier, change.to_tier, change.repeats, change.place,
        change.before as wanted_before, change.after as wanted_after,
        states.state[change.watched] as now, states.before[change.watched] as was,
        not coalesce(map_contains(states.before, change.watched), false) as is_first
    from states
    join setting.change as change  -- of what its mapping watched then
        on change.site_id = states.site_id and change.source = states.section
        and map_contains(states.state, change.watched)
),
changed as (
    select site_id, ticket_id, happened_at, seq, event, from_tier, to_tier, place
    from watched
    where case
        when repeats then list_contains(wanted_after, now)
        else now is distinct from was and not (is_first and len(wanted_before) + len(wanted_after) = 0)
    end
    and (len(wanted_before) = 0 or list_contains(wanted_before, was) or repeats and now = was)
    and (len(wanted_after) = 0 or list_contains(wanted_after, now))
),
steps as (
    select site_id, ticket_id, happened_at, seq, event, from_tier, to_tier, 0 as place from ticket_event_rows
    union all
    select site_id, ticket_id, happened_at, seq, event, from_tier, to_tier, place from changed
),
-- A step before the report of its ticket cannot be one of it; such rows are listed among those that wait. Two steps
-- that say the same of one moment are one. They keep the order they were written in, those of one state that of their
-- mapping; a day without a time has none.
known as (
    select
        steps.site_id as site, ticket_id, greatest(happened_at, ticket.reported_at) as happened_at,
        min(case when happened_at = date_trunc('day', ticket.reported_at) then ticket.reported_at else happened_at end) as written_at,
        coalesce(seq, 0) as seq, min(place) as place, event,
        coalesce(from_tier, '') as from_tier, coalesce(to_tier, '') as to_tier
    from steps
    join ticket_rows as ticket using (site_id, ticket_id)
    join mart.site as site on site.site = steps.site_id
    where steps.happened_at <= site.as_of and not run.is_early(steps.happened_at, ticket.reported_at)
    group by all
)
select
    site, ticket_id, happened_at,
    row_number() over (partition by site, ticket_id order by written_at, seq, place, event, from_tier, to_tier) as seq,
    event, from_tier, to_tier
from known
