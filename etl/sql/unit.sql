-- Grain: one row a site and unit, the root and `unknown` included. Its lane is the nearest unit of a level that
-- plays the lane, or itself; households stand only where no unit below has any.
with tree as (
    select tree.*, unit.level as ancestor_level, lane_level.level is not null as is_lane
    from mart.unit_tree as tree
    left join log.unit as unit on unit.site_id = tree.site and unit.unit_id = tree.ancestor
    left join setting.lane_level as lane_level on lane_level.site_id = tree.site and lane_level.level = unit.level
),
places as (
    select
        site,
        unit,
        min_by(ancestor, distance) filter (where ancestor_level = 'community') as community,
        min_by(ancestor, distance) filter (where is_lane) as lane,
        max_by(ancestor, distance) as root,
        min_by(ancestor, distance) filter (where distance = 1) as parent
    from tree group by site, unit
),
crowded as (
    select tree.site, tree.ancestor as unit
    from mart.unit_tree as tree join log.unit as unit on unit.site_id = tree.site and unit.unit_id = tree.unit
    where tree.distance > 0 and unit.households > 0
    group by tree.site, tree.ancestor
),
sizes as (
    -- How many households lie in a unit, wherever below it they are told; none: not known.
    select tree.site, tree.ancestor as unit, sum(own.households) as households
    from mart.unit_tree as tree
    join log.unit as own on own.site_id = tree.site and own.unit_id = tree.unit
    anti join crowded on crowded.site = tree.site and crowded.unit = tree.unit
    group by tree.site, tree.ancestor
)
select
    places.site,
    places.unit,
    coalesce(places.parent, '') as parent,
    case
        when places.unit = 'unknown' then 'unknown'
        when listed.level is not null then listed.level
        when places.parent is not null then site.lane_level
        else 'unknown'
    end as level,
    coalesce(listed.name, case when places.parent is null then site.name else places.unit end) as name,
    coalesce(places.community, places.root) as community,
    coalesce(places.lane, places.unit) as lane,
    coalesce(listed.level in (select level from setting.lane_level as own where own.site_id = places.site), false)
        or (listed.level is null and places.parent is not null and places.unit <> 'unknown') as is_lane,
    places.unit <> 'unknown' and (listed.unit_id is not null or places.parent is not null) as is_listed,
    case when crowded.unit is null then listed.households end as households,
    coalesce(sizes.households not between site.fewest and site.most, false) as is_outside,
    coalesce(listed.open_from, date '1900-01-01') as open_from,
    coalesce(listed.open_until, date '9999-12-31') as open_until
from places
left join log.unit as listed on listed.site_id = places.site and listed.unit_id = places.unit
left join crowded on crowded.site = places.site and crowded.unit = places.unit
left join sizes on sizes.site = places.site and sizes.unit = places.unit
join setting.site as site on site.site_id = places.site
