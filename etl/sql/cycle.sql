-- Grain: one row a ticket and cycle, for tickets with an event log: from the report or a reopening to the settlement
-- and, where there was one, the next reopening. Earlier cycles stay as they were.
with marked as (
    select *, count(*) filter (where event = 'reopened') over moments as reopenings
    from step_rows
    window moments as (partition by site, ticket_id order by happened_at, seq rows unbounded preceding)
),
cycles as (
    select
        site, ticket_id, reopenings + 1 as cycle,
        min(happened_at) filter (where event = 'reopened') as reopened_at,
        max(happened_at) filter (where event = 'resolved') as settled_at
    from marked group by all
)
select
    cycles.site, cycles.ticket_id, cycle,
    coalesce(cycles.reopened_at, ticket.reported_at) as began_at,
    settled_at,
    settled_at::date as settled_day,
    lead(cycles.reopened_at) over (partition by cycles.site, cycles.ticket_id order by cycle) as reopened_at
from cycles join ticket_rows as ticket on ticket.site_id = cycles.site and ticket.ticket_id = cycles.ticket_id
