-- Grain: one row a valid ticket whose reporter had been heard on the same category not long before: within a year, of
-- which `is_repeat` says whether it was within the site's days.
select
    ticket.site, ticket.ticket_id, ticket.unit, ticket.community, ticket.lane, ticket.category, ticket.channel,
    ticket.class, ticket.entry, ticket.steward, ticket.tier, ticket.highest_tier, ticket.outcome,
    ticket.reported_at, ticket.reported_day, again.before_at,
    again.reported_at <= again.before_at + to_days(setting.repeat_days::int) as is_repeat
from {heard_rows} as again
join {heard_tickets} as ticket on ticket.site = again.site_id and ticket.ticket_id = again.ticket_id
join setting.site as setting on setting.site_id = again.site_id
