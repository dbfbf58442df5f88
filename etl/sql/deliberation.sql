-- Grain: one row a valid ticket and step of its deliberation (122): when it was first taken.
select
    step.site, step.ticket_id, step.event,
    ticket.unit, ticket.community, ticket.lane, ticket.category, ticket.channel, ticket.class, ticket.entry,
    ticket.steward, ticket.tier, ticket.highest_tier, ticket.outcome,
    min(happened_at) as happened_at,
    run.day(min(happened_at), any_value(site.day_ends)) as happened_day
from step_rows as step
join mart.ticket as ticket on ticket.site = step.site and ticket.ticket_id = step.ticket_id
join mart.site as site on site.site = step.site
where step.event in ('proposed', 'assessed', 'deliberated', 'decided', 'evaluated')
group by all
