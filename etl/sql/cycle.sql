-- Grain: one row a valid ticket and cycle, for tickets with an event log: from the report or a reopening to the
-- settlement and, where there was one, the next reopening. Earlier cycles stay as they were.
with steps as (
    select site, ticket_id, happened_at, seq, event from step_rows {only_steps}
    union all -- the first cycle is there also where the log begins with a reopening
    select site, ticket_id, reported_at, 0, 'reported' from {tickets} semi join step_rows using (site, ticket_id)
),
marked as (
    select *, count(*) filter (where event = 'reopened') over moments as reopenings
    from steps
    window moments as (partition by site, ticket_id order by happened_at, seq rows unbounded preceding)
),
cycles as (
    select
        site, ticket_id, reopenings + 1 as cycle,
        min(happened_at) filter (where event = 'reopened') as began_at,
        max(happened_at) filter (where event = 'resolved') as settled_at
    from marked group by all
),
spans as (
    select *, lead(began_at) over (partition by site, ticket_id order by cycle) as reopened_at from cycles
),
listed as (
    -- A settlement that the list alone tells is that of the first cycle: of later ones the log has the word.
    select ticket.site_id as site, ticket_id, resolved_at
    from ticket_rows as ticket join mart.site as site on site.site = ticket.site_id
    where resolved_at <= site.as_of
)
select
    spans.site, spans.ticket_id, cycle,
    ticket.unit, ticket.community, ticket.lane, ticket.category, ticket.channel, ticket.class, ticket.entry,
    ticket.steward, ticket.tier, ticket.highest_tier, ticket.outcome,
    coalesce(began_at, ticket.reported_at) as began_at,
    coalesce(settled_at, listed.resolved_at) as settled_at,
    run.day(coalesce(settled_at, listed.resolved_at), setting.day_ends) as settled_day,
    reopened_at,
    coalesce(reopened_at <= coalesce(settled_at, listed.resolved_at) + to_days(setting.reopen_days::int), false) as is_reopened
from spans
join {tickets} as ticket on ticket.site = spans.site and ticket.ticket_id = spans.ticket_id
join setting.site as setting on setting.site_id = spans.site
left join listed
    on listed.site = spans.site and listed.ticket_id = spans.ticket_id and cycle = 1
    and coalesce(listed.resolved_at <= reopened_at, true)
