-- Grain: one row a valid ticket and step of its deliberation (122): when it was first taken, and when the ticket first
-- took each of the steps that follow a proposal.
with taken as (
    select site, ticket_id, event, min(happened_at) as happened_at
    from step_rows {only_steps}
    where event in ('proposed', 'assessed', 'deliberated', 'decided', 'evaluated')
    group by all
)
select
    taken.site, taken.ticket_id, taken.event,
    ticket.unit, ticket.community, ticket.lane, ticket.category, ticket.channel, ticket.class, ticket.entry,
    ticket.steward, ticket.tier, ticket.highest_tier, ticket.outcome,
    taken.happened_at,
    run.day(taken.happened_at, site.day_ends) as happened_day,
    min(taken.happened_at) filter (where taken.event = 'assessed') over steps as assessed_at,
    min(taken.happened_at) filter (where taken.event = 'deliberated') over steps as deliberated_at,
    min(taken.happened_at) filter (where taken.event = 'decided') over steps as decided_at,
    min(taken.happened_at) filter (where taken.event = 'evaluated') over steps as evaluated_at
from taken
join {tickets} as ticket on ticket.site = taken.site and ticket.ticket_id = taken.ticket_id
join mart.site as site on site.site = taken.site
window steps as (partition by taken.site, taken.ticket_id)
