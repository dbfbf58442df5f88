-- Grain: one row a valid ticket and stay at a tier, for tickets with an event log: from the report, each hand-over and
-- each reopening until the next of these or the settlement. What is passed on after a settlement is not taken up again.
with moves as (
    select
        step.site, step.ticket_id, happened_at, seq, event, from_tier, to_tier,
        max(case when event in ('resolved', 'reopened') then (seq, event) end) over (
            partition by step.site, step.ticket_id order by seq rows unbounded preceding
        )[2] as verdict,
        ticket.resolved_at
    from step_rows as step
    join mart.ticket as ticket on ticket.site = step.site and ticket.ticket_id = step.ticket_id
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
            case when site.has_ladder and ticket.entry <> 'above' then 'steward' else 'unknown' end
        ) as tier,
        ticket.resolved_at
    from step_rows as step
    join mart.ticket as ticket on ticket.site = step.site and ticket.ticket_id = step.ticket_id
    join mart.site as site on site.site = step.site
    group by step.site, step.ticket_id, ticket.reported_at, ticket.entry, ticket.resolved_at, site.has_ladder
    union all
    select
        site, ticket_id, happened_at, seq, event,
        case when to_tier <> '' then to_tier when run.is_move(event) then 'unknown' end,
        resolved_at
    from moves
    where event = 'reopened' or run.is_move(event) and verdict is distinct from 'resolved'
        and (verdict is not null or coalesce(happened_at <= resolved_at, true))
),
stays as (
    select
        site, ticket_id, from_at, seq, event, resolved_at,
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
),
ended as (
    select
        stays.*,
        -- where nothing follows, also by a settlement that the list alone tells; none: it is there still
        coalesce(settled.settled_at, stays.next_at, case when stays.resolved_at is not null then greatest(stays.resolved_at, stays.from_at) end)
            as until_at
    from stays
    left join settled
        on settled.site = stays.site and settled.ticket_id = stays.ticket_id and settled.stay = stays.stay
)
select
    ended.site, ended.ticket_id, ended.stay, ended.tier, ended.event as came_by, ended.from_at, ended.until_at,
    run.minutes(ended.from_at, ended.until_at, site.timezone, site.has_shifts) as minutes
from ended
join mart.site as site on site.site = ended.site
