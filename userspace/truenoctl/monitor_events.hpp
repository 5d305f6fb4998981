// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
// What happens to zram devices: the kernel's uevents, and how a device's
// attributes differ from what they were.
#ifndef TRUENOCTL_MONITOR_EVENTS_HPP
#define TRUENOCTL_MONITOR_EVENTS_HPP

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sysfs.hpp"
#include "table.hpp"

namespace truenoctl {

enum class MonitorEventKind {
    uevent,     ///< the kernel announced a device
    attribute,  ///< an attribute has another value
    memory,     ///< what is stored has changed
};

/// One thing to report of a device.
struct MonitorEvent {
    std::string device;  ///< "zram0"
    MonitorEventKind kind;
    std::string name;  ///< the uevent's action, or the attribute; empty for memory
    Json before;       ///< of an attribute, or an object of mm_stat's; null of an uevent
    Json after;        ///< the same, now
};

/// The attributes of one device that are compared; of algorithms the names that
/// are chosen. What could not be read is not there, and is not compared.
struct DeviceState {
    std::map<std::string, std::string> attributes;
    std::map<std::string, std::string> memory;  ///< mm_stat's fields, in bytes or pages
};

using DeviceStates = std::map<std::string, DeviceState>;

/// A message of NETLINK_KOBJECT_UEVENT: "ACTION@PATH", then KEY=VALUE, each
/// ended by a zero byte. Nothing unless it is about a zram disk.
std::optional<MonitorEvent> parse_uevent(std::string_view message);

DeviceStates read_device_states(const SystemRoot& root = {});

/// The differences, by device. That a device came or went is none, as a uevent
/// tells of it; the size of a new one is.
std::vector<MonitorEvent> compare(const DeviceStates& before, const DeviceStates& after);

/// A line for people, without the time.
std::string to_text(const MonitorEvent& event);
/// @p time: such as "2026-12-01T12:00:00.000Z".
Json to_json(const MonitorEvent& event, const std::string& time);

}  // namespace truenoctl

#endif  // TRUENOCTL_MONITOR_EVENTS_HPP
