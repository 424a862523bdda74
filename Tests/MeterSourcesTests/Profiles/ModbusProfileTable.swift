/// A device of a family as the facts about it say: its registers, and what is made of them.
///
/// `@` in a register's line means that the profile has the low word first.
struct ModbusProfileCase: Sendable, CustomStringConvertible {
    var profile: String
    var registers: String
    /// The fields of each point, by its measurement.
    var expected: [String: String]

    var description: String { profile }

    static let all = hybrids + strings + batteries

    private static let hybrids = [
        ModbusProfileCase(
            profile: "huawei-sun2000",
            registers: """
                32016 i16 3805; 32017 i16 455; 32018 i16 3700; 32019 i16 0; 32064 i32 1731; 32069 u16 2301
                32080 i32 -12; 32085 u16 5001; 32087 i16 412; 32088 u16 3000; 32089 u16 512
                32106 u32 1234567; 32108 u32 1300000; 37022 i16 215; 37100 u16 1; 37101 i32 2302; 37113 i32 -1500
                37118 i16 5000; 37119 i32 20000; 37121 i32 30000; 37758 u32 10000; 37760 u16 735; 37762 u16 2
                37765 i32 1500; 37780 u32 123456; 37782 u32 111111
                """,
            expected: [
                "production,kind=inverter": "w=1731,wh=13000000i,vdc1=380.5,adc1=4.55,vdc2=370,adc2=0,temp_c=41.2,"
                    + "riso_mohm=3,state=512i",
                "ac_port": "w=-12,wh_out=12345670i,v=230.1,hz=50.01",
                "battery": "w=-1500,soc_pct=73.5,wh_charge=1234560i,wh_discharge=1111110i,capacity_wh=10000,"
                    + "temp_c=21.5,state=2i",
                "meter,role=import": "w=1500,wh_out=200000i,wh_in=300000i,v=230.2,hz=50",
            ]
        ),
        ModbusProfileCase(
            profile: "sungrow-sh",
            registers: """
                @5007 i16 385; 5010 u16 3801; 5011 u16 52; 5012 u16 0; 5013 u16 0; 5016 u32 3120; 5018 u16 2305
                5213 i32 650; 5241 u16 4998; 5638 u16 960; 12999 u16 64; 13002 u32 123456; 13009 i32 -1500
                13022 u16 881; 13024 i16 240; 13026 u32 20000; 13033 i32 3600; 13036 u32 55555; 13040 u32 22000
                13045 u32 44444
                """,
            expected: [
                "production,kind=inverter":
                    "w=3120,wh=12345600i,temp_c=38.5,vdc1=380.1,adc1=5.2,vdc2=0,adc2=0,state=64i",
                "ac_port": "w=3600,v=230.5,hz=49.98",
                "battery": "w=650,soc_pct=88.1,wh_charge=2200000i,wh_discharge=2000000i,capacity_wh=9600,temp_c=24",
                "meter,role=import": "w=1500,wh_in=5555500i,wh_out=4444400i",
            ]
        ),
        ModbusProfileCase(
            profile: "deye-hybrid-1p",
            registers: """
                @59 u16 2; 72 u32 30000; 74 u32 28000; 78 u16 57920; 80 u16 1; 79 u16 5001; 81 u32 1000; 90 u16 1450
                96 u32 123456; 109 u16 3201; 110 u16 41; 150 u16 2311; 169 i16 -420; 175 i16 1780; 182 u16 1254
                184 u16 66; 186 u16 1300; 187 u16 1100; 188 u16 0; 189 u16 0; 190 i16 -600
                """,
            expected: [
                "production,kind=inverter": "w=2400,wh=12345600i,vdc1=320.1,adc1=4.1,temp_c=45,state=2i",
                "ac_port": "w=1780,v=231.1,hz=50.01",
                "battery": "w=-600,soc_pct=66,wh_charge=3000000i,wh_discharge=2800000i,temp_c=25.4",
                "meter,role=import": "w=-420,wh_in=12345600i,wh_out=100000i",
            ]
        ),
        ModbusProfileCase(
            profile: "deye-hybrid-3p",
            registers: """
                @500 u16 2; 516 u32 30000; 518 u32 28000; 522 u32 70000; 524 u32 80000; 534 u32 123456; 541 u16 1450
                586 u16 1254; 588 u16 55; 590 i16 900; 598 u16 2302; 609 u16 5000; 625 i16 -2100; 636 i16 4100
                672 u16 1700; 673 u16 1600; 674 u16 0; 675 u16 0
                """,
            expected: [
                "production,kind=inverter": "w=3300,wh=12345600i,temp_c=45,state=2i",
                "ac_port": "w=4100,v=230.2,hz=50",
                "battery": "w=900,soc_pct=55,wh_charge=3000000i,wh_discharge=2800000i,temp_c=25.4",
                "meter,role=import": "w=-2100,wh_in=7000000i,wh_out=8000000i",
            ]
        ),
        ModbusProfileCase(
            profile: "deye-hybrid-3p-hv",
            registers: """
                @500 u16 2; 516 u32 30000; 518 u32 28000; 522 u32 70000; 524 u32 80000; 534 u32 123456; 541 u16 1450
                586 u16 1254; 588 u16 55; 590 i16 90; 598 u16 2302; 609 u16 5000; 625 i16 -2100; 636 i16 4100
                672 u16 170; 673 u16 160; 674 u16 0; 675 u16 0
                """,
            expected: [
                "production,kind=inverter": "w=3300,wh=12345600i,temp_c=45,state=2i",
                "ac_port": "w=4100,v=230.2,hz=50",
                "battery": "w=900,soc_pct=55,wh_charge=3000000i,wh_discharge=2800000i,temp_c=25.4",
                "meter,role=import": "w=-2100,wh_in=7000000i,wh_out=8000000i",
            ]
        ),
        ModbusProfileCase(
            profile: "goodwe-et",
            registers: """
                35103 u16 3327; 35104 u16 53; 35105 u32 1756; 35107 u16 3253; 35108 u16 52; 35109 u32 1700
                35113 u32 4294967295; 35117 u32 4294967295; 35121 u16 2399; 35123 u16 4998; 35138 i16 831; 35140 i16 -3
                35176 i16 587; 35182 i32 -2512; 35184 u16 3; 35187 u16 1; 35191 u32 60853; 35195 u32 58822
                35200 u32 1045; 35206 u32 14500; 35209 u32 11500; 37003 u16 350; 37007 u16 68
                """,
            expected: [
                "production,kind=inverter": "w=3456,wh=6085300i,vdc1=332.7,adc1=5.3,vdc2=325.3,adc2=5.2,temp_c=58.7,"
                    + "state=1i",
                "ac_port": "w=831,wh_out=5882200i,wh_in=104500i,v=239.9,hz=49.98",
                "battery": "w=-2512,soc_pct=68,wh_charge=1450000i,wh_discharge=1150000i,temp_c=35,state=3i",
                "meter,role=import": "w=3",
            ]
        ),
        ModbusProfileCase(
            profile: "solis-hybrid",
            registers: """
                33029 u32 12345; 33049 u16 3505; 33050 u16 40; 33051 u16 0; 33052 u16 0; 33057 u32 1402; 33073 u16 2330
                33079 i32 600; 33093 i16 391; 33094 u16 5000; 33095 u16 3; 33135 u16 0; 33139 u16 47; 33149 i32 750
                33161 u32 1500; 33165 u32 1400; 33263 i32 -800; 33283 u32 777700; 33285 u32 555500
                """,
            expected: [
                "production,kind=inverter": "w=1402,wh=12345000i,vdc1=350.5,adc1=4,vdc2=0,adc2=0,temp_c=39.1,state=3i",
                "ac_port": "w=600,v=233,hz=50",
                "battery": "w=-750,soc_pct=47,wh_charge=1500000i,wh_discharge=1400000i",
                "meter,role=import": "w=800,wh_in=7777000i,wh_out=5555000i",
            ]
        ),
        ModbusProfileCase(
            profile: "growatt-sph",
            registers: """
                0 u16 5; 1 u32 21000; 3 u16 3201; 4 u16 35; 7 u16 3100; 8 u16 33; 35 i32 25000; 37 u16 4999; 38 u16 2312
                55 u32 65432; 91 u32 70000; 93 i16 402; 1009 u32 0; 1011 u32 8000; 1014 u16 80; 1021 u32 0; 1029 u32 3210
                1046 u32 9000; 1050 u32 8000; 1054 u32 20000; 1058 u32 22000
                """,
            expected: [
                "production,kind=inverter":
                    "w=2100,wh=7000000i,vdc1=320.1,adc1=3.5,vdc2=310,adc2=3.3,temp_c=40.2,state=5i",
                "ac_port": "w=2500,wh_out=6543200i,v=231.2,hz=49.99",
                "battery": "w=-800,soc_pct=80,wh_discharge=2000000i,wh_charge=2200000i",
                "meter,role=import": "w=-321,wh_in=900000i,wh_out=800000i",
            ]
        ),
        ModbusProfileCase(
            profile: "growatt-tlxh",
            registers: """
                3000 u16 1; 3001 u32 21000; 3003 u16 3201; 3004 u16 35; 3007 u16 3100; 3008 u16 33; 3023 i32 -500
                3025 u16 4999; 3026 u16 2312; 3041 u32 4560; 3043 u32 0; 3051 u32 65432; 3053 u32 70000; 3069 u32 9000
                3073 u32 8000; 3093 i16 402; 3127 u32 20000; 3131 u32 22000; 3171 u16 80; 3178 u32 7500; 3180 u32 0
                """,
            expected: [
                "production,kind=inverter":
                    "w=2100,wh=7000000i,vdc1=320.1,adc1=3.5,vdc2=310,adc2=3.3,temp_c=40.2,state=1i",
                "ac_port": "w=-50,wh_out=6543200i,v=231.2,hz=49.99",
                "battery": "w=750,soc_pct=80,wh_discharge=2000000i,wh_charge=2200000i",
                "meter,role=import": "w=456,wh_in=900000i,wh_out=800000i",
            ]
        ),
        ModbusProfileCase(
            profile: "kostal-plenticore",
            registers: """
                @152 f32 50.01; 154 f32 10.25; 158 f32 231.5; 172 f32 2345.5; 214 f32 24.5; 220 f32 49.99; 230 f32 230.5
                252 f32 -120.5; 258 f32 4.5; 266 f32 380.5; 268 f32 4.25; 276 f32 370.5; 514 u16 81; 582 i16 -1800
                1046 f32 1234567; 1048 f32 1111111; 1056 f32 9876543; 1066 f32 4200.5
                """,
            expected: [
                "production,kind=inverter": "w=4200.5,wh=9876543i,vdc1=380.5,adc1=4.5,vdc2=370.5,adc2=4.25",
                "ac_port": "w=2345.5,v=231.5,a=10.25,hz=50.01",
                "battery": "w=-1800,soc_pct=81,wh_charge=1234567i,wh_discharge=1111111i,temp_c=24.5",
                "meter,role=import": "w=-120.5,v=230.5,hz=49.99",
            ]
        ),
        ModbusProfileCase(
            profile: "sma-smart-energy",
            registers: """
                30201 u32 307; 30513 u64 12345678; 30581 u32 7000000; 30583 u32 8000000; 30773 i32 1500; 30775 i32 900
                30783 u32 23150; 30803 u32 5001; 30845 u32 63; 30849 i32 255; 30865 i32 0; 30867 i32 400; 30953 i32 455
                30961 i32 700; 30967 i32 -2147483648; 31393 u32 1250; 31395 u32 0; 31397 u64 333333; 31401 u64 222222
                """,
            expected: [
                "production,kind=inverter": "w=2200,temp_c=45.5,state=307i",
                "ac_port": "w=900,wh_out=12345678i,v=231.5,hz=50.01",
                "battery": "w=-1250,soc_pct=63,wh_charge=333333i,wh_discharge=222222i,temp_c=25.5",
                "meter,role=import": "w=-400,wh_in=7000000i,wh_out=8000000i",
            ]
        ),
        ModbusProfileCase(
            profile: "victron-gx",
            registers: """
                808 u16 0; 809 u16 0; 810 u16 0; 811 u16 500; 812 u16 0; 813 u16 0; 817 u16 1200; 818 u16 0; 819 u16 0
                820 i16 -350; 821 i16 32767; 822 i16 32767; 842 i16 -650; 843 u16 73; 844 u16 2; 850 u16 1000
                """,
            expected: [
                "production,kind=inverter": "w=1500", "ac_port": "w=1550", "battery": "w=650,soc_pct=73,state=2i",
                "meter,role=import": "w=-350",
            ]
        ),
    ]

    private static let strings = [
        ModbusProfileCase(
            profile: "sungrow-sg",
            registers: """
                @5007 i16 385; 5010 u16 3801; 5011 u16 52; 5012 u16 0; 5013 u16 0; 5018 u16 2305; 5030 u32 3050
                5035 u16 500; 5037 u16 0; 5143 u32 123456
                """,
            expected: [
                "production,kind=inverter": "w=3050,wh=12345600i,v=230.5,hz=50,temp_c=38.5,vdc1=380.1,adc1=5.2,vdc2=0,"
                    + "adc2=0,state=0i"
            ]
        ),
        ModbusProfileCase(
            profile: "deye-string",
            registers: """
                @59 u16 2; 63 u32 123456; 73 u16 2301; 76 u16 25; 79 u16 5001; 86 u32 5755; 109 u16 380; 110 u16 75
                111 u16 375; 112 u16 76
                """,
            expected: [
                "production,kind=inverter": "w=575.5,wh=12345600i,v=230.1,a=2.5,hz=50.01,vdc1=38,adc1=7.5,vdc2=37.5,"
                    + "adc2=7.6,state=2i"
            ]
        ),
        ModbusProfileCase(
            profile: "goodwe-dt",
            registers: """
                30103 u16 3505; 30104 u16 41; 30105 u16 3400; 30106 u16 40; 30118 u16 2321; 30121 u16 61; 30124 u16 4998
                30127 u32 1400; 30129 u16 1; 30141 i16 421; 30145 u32 61000
                """,
            expected: [
                "production,kind=inverter": "w=1400,wh=6100000i,v=232.1,a=6.1,hz=49.98,vdc1=350.5,adc1=4.1,vdc2=340,"
                    + "adc2=4,temp_c=42.1,state=1i"
            ]
        ),
        ModbusProfileCase(
            profile: "solis-string",
            registers: """
                3004 u32 1800; 3008 u32 12345; 3021 u16 3505; 3022 u16 51; 3023 u16 0; 3024 u16 0; 3033 u16 2330
                3036 u16 77; 3041 i16 391; 3042 u16 5001; 3043 u16 3
                """,
            expected: [
                "production,kind=inverter":
                    "w=1800,wh=12345000i,v=233,a=7.7,hz=50.01,vdc1=350.5,adc1=5.1,vdc2=0,adc2=0,"
                    + "temp_c=39.1,state=3i"
            ]
        ),
        ModbusProfileCase(
            profile: "growatt-mic",
            registers: """
                0 u16 1; 3 u16 3201; 4 u16 35; 7 u16 0; 8 u16 0; 11 u32 11105; 13 u16 4999; 14 u16 2312; 15 u16 48
                28 u32 65432; 32 i16 402
                """,
            expected: [
                "production,kind=inverter": "w=1110.5,wh=6543200i,v=231.2,a=4.8,hz=49.99,vdc1=320.1,adc1=3.5,vdc2=0,"
                    + "adc2=0,temp_c=40.2,state=1i"
            ]
        ),
        ModbusProfileCase(
            profile: "growatt-mod",
            registers: """
                0 u16 1; 3 u16 3201; 4 u16 35; 7 u16 0; 8 u16 0; 35 i32 11105; 37 u16 4999; 38 u16 2312; 39 u16 48
                55 u32 65432; 93 i16 402
                """,
            expected: [
                "production,kind=inverter": "w=1110.5,wh=6543200i,v=231.2,a=4.8,hz=49.99,vdc1=320.1,adc1=3.5,vdc2=0,"
                    + "adc2=0,temp_c=40.2,state=1i"
            ]
        ),
        ModbusProfileCase(
            profile: "growatt-tlx",
            registers: """
                3000 u16 1; 3003 u16 3201; 3004 u16 35; 3007 u16 0; 3008 u16 0; 3023 u32 11105; 3025 u16 4999
                3026 u16 2312; 3027 u16 48; 3051 u32 65432; 3093 i16 402
                """,
            expected: [
                "production,kind=inverter": "w=1110.5,wh=6543200i,v=231.2,a=4.8,hz=49.99,vdc1=320.1,adc1=3.5,vdc2=0,"
                    + "adc2=0,temp_c=40.2,state=1i"
            ]
        ),
        ModbusProfileCase(
            profile: "sma-sunny-boy",
            registers: """
                30201 u32 307; 30513 u64 12345678; 30775 i32 2900; 30783 u32 23150; 30803 u32 5001; 30953 i32 455
                """,
            expected: ["production,kind=inverter": "w=2900,wh=12345678i,v=231.5,hz=50.01,temp_c=45.5,state=307i"]
        ),
    ]

    private static let batteries = [
        ModbusProfileCase(
            profile: "sma-storage",
            registers: """
                30201 u32 307; 30775 i32 -1200; 30845 u32 44; 30849 i32 231; 31397 u64 333333; 31401 u64 222222
                """,
            expected: ["battery": "w=-1200,soc_pct=44,wh_charge=333333i,wh_discharge=222222i,temp_c=23.1,state=307i"]
        ),
        ModbusProfileCase(
            profile: "marstek-venus-e2",
            registers: "32104 u16 71; 32202 i32 800; 33000 u32 50000; 33002 u32 45000; 35000 i16 253",
            expected: ["battery": "w=800,soc_pct=71,wh_charge=500000i,wh_discharge=450000i,temp_c=25.3"]
        ),
        ModbusProfileCase(
            profile: "marstek-venus-e3",
            registers: "30006 i16 -800; 34002 u16 715; 33000 u32 50000; 33002 u32 45000; 35000 i16 253",
            expected: ["battery": "w=-800,soc_pct=71.5,wh_charge=500000i,wh_discharge=450000i,temp_c=25.3"]
        ),
        ModbusProfileCase(
            profile: "anker-solarbank",
            registers: "10008 i32 -600; 10014 u16 38; 10156 i16 265; 10250 u16 52; 10262 u32 4000; 10264 u32 3500",
            expected: [
                "battery": "w=-600,soc_pct=38,wh_charge=400000i,wh_discharge=350000i,temp_c=26.5,capacity_wh=5200"
            ]
        ),
        ModbusProfileCase(
            profile: "anker-x1",
            registers: "@10008 i32 -600; 10014 u16 38; 10262 u32 40000; 10264 u32 35000",
            expected: ["battery": "w=-600,soc_pct=38,wh_charge=400000i,wh_discharge=350000i"]
        ),
        ModbusProfileCase(
            profile: "sungrow-ihm",
            registers: "@8154 i32 312; 8156 i32 -150; 8160 i32 65; 8162 u16 881; 8175 u32 55555; 8177 u32 44444",
            expected: [
                "production,kind=inverter": "w=3120", "battery": "w=650,soc_pct=88.1",
                "meter,role=import": "w=-1500,wh_in=5555500i,wh_out=4444400i",
            ]
        ),
    ]
}
