-- Grain: one row a ticket and stay at a tier, for tickets with an event log: from the report, each hand-over and each
-- reopening until the next of these or the settlement.
with moves as (
    select site, ticket_id, happened_at, seq, event, from_tier, to_tier
    from step_rows where run.is_move(event) or event = 'reopened'
),
starts as (
    select
        step.site, step.ticket_id, ticket.reported_at as from_at, -1 as seq, 'reported' as event,
        coalesce( -- what the first steps say up to the first move, and no later one: that came from where it had led
            case when coalesce(
                min(step.seq) filter (where step.from_tier <> '')
                <= min(step.seq) filter (where run.is_move(step.event)),
                true
            ) then arg_min(step.from_tier, step.seq) filter (where step.from_tier <> '') end,
            case when site.has_ladder and any_value(ticket.entry) is distinct from 'above' then 'steward' else 'unknown' end
        ) as tier
    from step_rows as step
    join ticket_rows as ticket on ticket.site_id = step.site and ticket.ticket_id = step.ticket_id
    join mart.site as site on site.site = step.site
    group by step.site, step.ticket_id, ticket.reported_at, site.has_ladder
    union all
    select site, ticket_id, happened_at, seq, event, nullif(to_tier, '') from moves
),
stays as (
    select
        site, ticket_id, from_at, seq, event,
        row_number() over moments as stay,
        last_value(tier ignore nulls) over (
            partition by site, ticket_id order by from_at, seq rows unbounded preceding
        ) as tier,
        lead(from_at) over moments as next_at,
        lead(seq) over moments as next_seq
    from starts
    window moments as (partition by site, ticket_id order by from_at, seq)
),
settled as (
    select stays.site, stays.ticket_id, stays.stay, min(step.happened_at) as settled_at
    from stays
    join step_rows as step
        on step.site = stays.site and step.ticket_id = stays.ticket_id and step.event = 'resolved'
        and (step.happened_at, step.seq) > (stays.from_at, stays.seq)
        and (stays.next_at is null or (step.happened_at, step.seq) < (stays.next_at, stays.next_seq))
    group by all
)
select
    stays.site, stays.ticket_id, stays.stay, stays.tier, stays.event as came_by, stays.from_at,
    coalesce(settled.settled_at, stays.next_at) as until_at, -- none: it is there still
    floor((
        epoch(timezone(site.timezone, coalesce(settled.settled_at, stays.next_at)))
        - epoch(timezone(site.timezone, stays.from_at))
    ) / 60)::bigint as minutes
from stays
join mart.site as site on site.site = stays.site
left join settled on settled.site = stays.site and settled.ticket_id = stays.ticket_id and settled.stay = stays.stay
